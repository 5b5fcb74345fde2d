//! Fitting a [linear probe](crate::probe) step by step, on either backend.

use glasshouse_tensor::{Backend, Error, HostTensor, Result};

/// Rate of the first step; it falls to 0 linearly.
const LEARNING_RATE: f64 = 0.02;
/// Decay rates of the running means of gradients and of their squares.
const BETAS: [f32; 2] = [0.9, 0.99];
/// Added to the root of the second moment: far above what rounding makes of a gradient that is 0, which
/// Adam would otherwise blow up into a step, another on every engine.
const EPSILON: f32 = 1e-5;

/// Inputs of one step, both ways round.
#[derive(Debug)]
pub struct Examples {
    /// `[example, input]`
    x: HostTensor,
    /// `[input, example]`
    transposed: HostTensor,
}

impl Examples {
    /// Of `x` `[example, input]`.
    ///
    /// # Errors
    /// [`Error::Internal`] where it has other axes.
    pub fn new(x: HostTensor) -> Result<Self> {
        let &[examples, inputs] = x.shape() else {
            return Err(Error::Internal("examples have two axes".into()));
        };
        let transposed = x.clone().reshaped([examples, inputs, 1])?;
        let transposed = transposed.swap_first_axes()?;
        Ok(Self {
            transposed: transposed.reshaped([inputs, examples])?,
            x,
        })
    }
}

/// A softmax regression of many questions with the same answers, fitted by Adam (Kingma and Ba 2015)
/// to the mean cross-entropy.
#[derive(Debug, Clone)]
pub struct SoftmaxRegression {
    /// `[input, question · answer]`
    weight: HostTensor,
    /// `[question · answer]`
    bias: HostTensor,
    answers: usize,
    /// Of weight and bias, one behind the other.
    moments: [Vec<f32>; 2],
    /// βᵗ: products, since a platform's `pow` may differ in its last bits.
    powers: [f64; 2],
    taken: u32,
    steps: u32,
}

impl SoftmaxRegression {
    /// Zeros, which give every answer the same probability. It is meant to take `steps` steps.
    pub fn new(inputs: usize, questions: usize, answers: usize, steps: u32) -> Self {
        let columns = questions * answers;
        let zeros = vec![0.0; (inputs + 1) * columns];
        Self {
            weight: HostTensor::zeros([inputs, columns]),
            bias: HostTensor::zeros([columns]),
            answers,
            moments: [zeros.clone(), zeros],
            powers: [1.0; 2],
            taken: 0,
            steps,
        }
    }

    /// Steps taken.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Takes one step on examples with the right answers `labels` `[example, question]`. One submit, one
    /// read-back; after a failure nothing has changed.
    ///
    /// # Errors
    /// [`Error::Internal`] where examples and labels do not belong together, and failures of the device.
    pub async fn step<B: Backend>(
        &mut self,
        backend: &B,
        examples: &Examples,
        labels: &[u8],
    ) -> Result<()> {
        let (rows, columns) = (examples.x.shape()[0], self.bias.data().len());
        let mut minus_labels = HostTensor::zeros([rows, columns / self.answers, self.answers]);
        if labels.len() * self.answers != minus_labels.data().len() {
            return Err(Error::Internal("labels that fit no examples".into()));
        }
        let answers = minus_labels.data_mut().chunks_exact_mut(self.answers);
        for (answers, &label) in answers.zip(labels) {
            answers[usize::from(label)] = -1.0;
        }
        let logits = self.record(backend, &examples.x)?;
        let probs = backend.softmax(&backend.reshape(&logits, minus_labels.shape())?)?;
        let miss = backend.add(&probs, &backend.upload(&minus_labels)?)?;
        let miss = backend.reshape(&miss, &[rows, columns])?;
        let ones = HostTensor::new([1, rows], vec![1.0; rows])?;
        let of_weight = backend.linear(&backend.upload(&examples.transposed)?, &miss, None)?;
        let of_bias = backend.linear(&backend.upload(&ones)?, &miss, None)?;
        let gradients = backend.read(&[of_weight, of_bias]).await?;
        let gradients = gradients.iter().flat_map(HostTensor::data);
        self.update(gradients, 1.0 / rows as f32);
        Ok(())
    }

    /// The logits of examples `[example, input]` → `[example, question · answer]`.
    ///
    /// # Errors
    /// Failures of the device.
    pub async fn logits<B: Backend>(&self, backend: &B, x: &HostTensor) -> Result<HostTensor> {
        let logits = self.record(backend, x)?;
        let mut read = backend.read(&[logits]).await?;
        read.pop()
            .ok_or_else(|| Error::Internal("the device returned no logits".into()))
    }

    fn record<B: Backend>(&self, backend: &B, x: &HostTensor) -> Result<B::Tensor> {
        let weight = backend.upload(&self.weight)?;
        let bias = backend.upload(&self.bias)?;
        backend.linear(&backend.upload(x)?, &weight, Some(&bias))
    }

    /// One step of Adam against `factor · gradients`.
    fn update<'g>(&mut self, gradients: impl Iterator<Item = &'g f32>, factor: f32) {
        for (power, beta) in self.powers.iter_mut().zip(BETAS) {
            *power *= f64::from(beta);
        }
        let left = 1.0 - f64::from(self.taken) / f64::from(self.steps.max(1));
        let rate = (LEARNING_RATE * left.max(0.0) / (1.0 - self.powers[0])) as f32;
        let root_correction = (1.0 - self.powers[1]).sqrt() as f32;
        self.taken += 1;
        let parameters = self.weight.data_mut().iter_mut();
        let parameters = parameters.chain(self.bias.data_mut());
        let [first, second] = &mut self.moments;
        let moments = first.iter_mut().zip(second);
        for ((p, g), (m, v)) in parameters.zip(gradients).zip(moments) {
            let g = factor * g;
            *m = BETAS[0] * *m + (1.0 - BETAS[0]) * g;
            *v = BETAS[1] * *v + (1.0 - BETAS[1]) * (g * g);
            *p -= rate * *m / (v.sqrt() / root_correction + EPSILON);
        }
    }
}

/// Mean cross-entropy of logits `[…, answers]` against the right answers, in nats.
pub fn cross_entropy(logits: &[f32], labels: &[u8], answers: usize) -> f64 {
    let questions = logits.chunks_exact(answers).zip(labels);
    let sum: f64 = questions
        .map(|(logits, &label)| {
            let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
            f64::from(sum.ln() + largest - logits[usize::from(label)])
        })
        .sum();
    sum / labels.len().max(1) as f64
}
