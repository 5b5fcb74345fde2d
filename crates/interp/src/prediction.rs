//! What the logits say about the text.

use glasshouse_tensor::{Error, HostTensor, Result, order};
use serde::Serialize;

/// A token and the probability that the model gives it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Candidate {
    /// Id in the output vocabulary.
    pub id: u32,
    /// Softmax probability.
    pub prob: f64,
}

/// The probability that the model gave to the token that really came next, at every position;
/// `None` at the last, and where the next token is not in the output vocabulary.
///
/// # Shapes
/// `logits` `[pos, d_vocab_out]`, `ids` `[pos]`.
///
/// # Errors
/// [`Error::Internal`] where the two do not belong together.
pub fn next_token_prob(logits: &HostTensor, ids: &[u32]) -> Result<Vec<Option<f64>>> {
    let next = (1..=ids.len()).map(|position| ids.get(position).copied());
    rows(logits, ids.len())?
        .zip(next)
        .map(|(row, next)| {
            let log_sum = log_sum_exp(row);
            Ok(next
                .and_then(|id| row.get(id as usize))
                .map(|&logit| (f64::from(logit) - log_sum).exp()))
        })
        .collect()
}

/// The `count` most probable next tokens at `position`, most probable first, ties by id.
///
/// # Errors
/// [`Error::BadInput`] where there is no such position.
pub fn top(logits: &HostTensor, position: usize, count: usize) -> Result<Vec<Candidate>> {
    let positions = logits.shape()[0];
    let row = rows(logits, positions)?
        .nth(position)
        .ok_or_else(|| Error::BadInput(format!("There is no position {position}.")))?;
    let log_sum = log_sum_exp(row);
    let ids = order::ranked(row).into_iter().take(count);
    Ok(ids
        .map(|id| Candidate {
            id: id as u32,
            prob: (f64::from(row[id]) - log_sum).exp(),
        })
        .collect())
}

fn rows(logits: &HostTensor, positions: usize) -> Result<std::slice::ChunksExact<'_, f32>> {
    match logits.shape() {
        &[rows, vocabulary] if rows == positions && vocabulary > 0 => {
            Ok(logits.data().chunks_exact(vocabulary))
        }
        shape => Err(Error::Internal(format!(
            "logits of {positions} positions cannot have shape {shape:?}"
        ))),
    }
}

/// `ln Σ exp(x)` in f64: in f32 the probabilities of a confident model would come in steps.
fn log_sum_exp(row: &[f32]) -> f64 {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let largest = f64::from(largest);
    largest
        + row
            .iter()
            .map(|&x| (f64::from(x) - largest).exp())
            .sum::<f64>()
            .ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_softmax() {
        let logits = HostTensor::new([2, 3], vec![0.0, 2f32.ln(), 0.0, 1.0, 1.0, 1.0]).unwrap();
        let prob = next_token_prob(&logits, &[0, 1]).unwrap();
        assert!((prob[0].unwrap() - 0.5).abs() < 1e-7);
        assert_eq!(prob[1], None);
        let top = top(&logits, 0, 2).unwrap();
        assert_eq!((top[0].id, top[1].id), (1, 0));
        assert!((top[1].prob - 0.25).abs() < 1e-7);
    }

    #[test]
    fn asking_for_more_than_there_is_gives_all() {
        let logits = HostTensor::new([1, 3], vec![0.0, 1.0, 2.0]).unwrap();
        let all = top(&logits, 0, 50).unwrap();
        assert_eq!(all.len(), 3);
        assert!((all.iter().map(|c| c.prob).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(top(&logits, 1, 1).unwrap_err().code(), "bad-input");
    }
}
