//! Linear probes: what a straight-line read-out of an activation can tell.

use glasshouse_tensor::{Error, HostTensor, Result};

/// A linear read-out of many questions with the same answers: `logits = x · weight + bias`, a softmax
/// over the answers of each question. For a board, questions are squares and answers their states.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearProbe {
    /// `[inputs, questions · answers]`
    weight: HostTensor,
    /// `[questions · answers]`
    bias: Vec<f32>,
    answers: usize,
}

impl LinearProbe {
    /// A probe of `weight` `[inputs, questions, answers]` and `bias` `[questions, answers]`.
    ///
    /// # Errors
    /// [`Error::Internal`] where the shapes do not belong together.
    pub fn new(weight: HostTensor, bias: HostTensor) -> Result<Self> {
        let &[inputs, questions, answers] = weight.shape() else {
            return Err(misfit(&weight, &bias));
        };
        if bias.shape() != [questions, answers] {
            return Err(misfit(&weight, &bias));
        }
        Ok(Self {
            weight: weight.reshaped([inputs, questions * answers])?,
            bias: bias.into_data(),
            answers,
        })
    }

    /// How many numbers it reads.
    pub fn inputs(&self) -> usize {
        self.weight.shape()[0]
    }

    /// The logits of one activation `[inputs]` → `[questions, answers]`.
    ///
    /// # Errors
    /// [`Error::Internal`] where the activation has another width.
    pub fn logits(&self, x: &[f32]) -> Result<Vec<f32>> {
        if x.len() != self.inputs() {
            return Err(Error::Internal(format!(
                "a probe of {} numbers cannot read {}",
                self.inputs(),
                x.len()
            )));
        }
        let mut logits = self.bias.clone();
        let rows = self.weight.data().chunks_exact(self.bias.len());
        for (&x, row) in x.iter().zip(rows).filter(|&(&x, _)| x != 0.0) {
            for (logit, weight) in logits.iter_mut().zip(row) {
                *logit += x * weight;
            }
        }
        Ok(logits)
    }

    /// The probabilities of one activation `[inputs]` → `[questions, answers]`.
    ///
    /// # Errors
    /// As [`LinearProbe::logits`].
    pub fn probs(&self, x: &[f32]) -> Result<Vec<f32>> {
        let mut logits = self.logits(x)?;
        for question in logits.chunks_exact_mut(self.answers) {
            let largest = question.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for logit in question.iter_mut() {
                *logit = (*logit - largest).exp();
            }
            normalise(question);
        }
        Ok(logits)
    }

    /// The unit vector along which the log-odds of the answer `to` against `from` grow fastest: the
    /// difference of their columns over its length, so that a constant added to all columns of a
    /// question, which no probability notices, changes nothing. Zeros where the two are equal.
    pub fn direction(&self, question: usize, from: u8, to: u8) -> Vec<f32> {
        let first = question * self.answers;
        let rows = self.weight.data().chunks_exact(self.bias.len());
        let mut direction: Vec<f32> = rows
            .map(|row| row[first + usize::from(to)] - row[first + usize::from(from)])
            .collect();
        let length = norm(&direction);
        if length > 0.0 {
            for number in &mut direction {
                *number /= length;
            }
        }
        direction
    }
}

/// Numbers that are not negative, scaled to the sum 1; even where all are 0.
pub fn normalise(shares: &mut [f32]) {
    let sum: f32 = shares.iter().sum();
    let count = shares.len() as f32;
    for share in shares {
        *share = if sum > 0.0 { *share / sum } else { 1.0 / count };
    }
}

/// Euclidean length.
pub fn norm(vector: &[f32]) -> f32 {
    let square: f64 = vector.iter().map(|&x| f64::from(x).powi(2)).sum();
    square.sqrt() as f32
}

/// The most probable answer of each question; the first of equals.
pub fn answers(numbers: &[f32], answers: usize) -> impl Iterator<Item = u8> {
    numbers.chunks_exact(answers).map(|question| {
        let mut best = 0;
        for (answer, number) in question.iter().enumerate() {
            if *number > question[best] {
                best = answer;
            }
        }
        best as u8
    })
}

fn misfit(weight: &HostTensor, bias: &HostTensor) -> Error {
    Error::Internal(format!(
        "a probe cannot have a weight {:?} and a bias {:?}",
        weight.shape(),
        bias.shape()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_reads_by_softmax_and_knows_its_directions() {
        // Two numbers, one question, three answers.
        let weight = HostTensor::new([2, 1, 3], vec![0.0, 2.0, 5.0, 0.0, 0.0, 4.0]).unwrap();
        let bias = HostTensor::new([1, 3], vec![0.0, 0.0, 1.0]).unwrap();
        let probe = LinearProbe::new(weight, bias).unwrap();
        assert_eq!(probe.logits(&[1.0, 2.0]).unwrap(), [0.0, 2.0, 14.0]);
        let probs = probe.probs(&[1.0, -1.0]).unwrap();
        let sum = 1.0 + 2f32.exp() + 2f32.exp();
        assert!((probs[0] - 1.0 / sum).abs() < 1e-6 && (probs[1] - probs[2]).abs() < 1e-6);
        assert_eq!(probe.direction(0, 1, 2), [0.6, 0.8]);
        assert_eq!(probe.direction(0, 2, 1), [-0.6, -0.8]);
        assert_eq!(probe.direction(0, 1, 1), [0.0, 0.0]);
        assert_eq!(
            answers(&[1.0, 3.0, 3.0, 0.0, 0.0, 0.0], 3).collect::<Vec<_>>(),
            [1, 0]
        );
        assert_eq!(probe.logits(&[1.0]).unwrap_err().code(), "internal");
    }

    #[test]
    fn large_logits_stay_finite() {
        let weight = HostTensor::new([1, 1, 2], vec![3e3, -3e3]).unwrap();
        let probe = LinearProbe::new(weight, HostTensor::zeros([1, 2])).unwrap();
        assert_eq!(probe.probs(&[1.0]).unwrap(), [1.0, 0.0]);
    }
}
