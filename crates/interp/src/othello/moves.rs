//! What a network would play, and how well that fits a board.

use glasshouse_othello::tokens;
use glasshouse_tensor::{Error, Result, order};
use serde::Serialize;

use super::edit::{SQUARES, squares_of};

/// The distribution of the next move.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Moves {
    /// Softmax over all tokens, by square; 0 on the four squares of the centre. Crosses the border as
    /// a `Float32Array`.
    #[serde(skip)]
    pub probs: Vec<f32>,
    /// Probability of legal moves.
    pub legal_mass: f64,
    /// Probability of everything else, the padding token included.
    pub illegal_mass: f64,
    /// The most probable square; none where padding is more probable.
    pub top1: Option<u32>,
    /// Whether that is a legal move.
    pub top1_legal: bool,
}

/// How the N most probable squares differ from the N legal moves of a board.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Errors {
    /// False positives and false negatives together.
    pub errors: usize,
    /// Among the N most probable, but illegal.
    pub false_positives: Vec<u32>,
    /// Legal, but not among them.
    pub false_negatives: Vec<u32>,
}

/// Reads logits `[61]` as moves; `legal` are the squares where the side to move may play.
///
/// # Errors
/// [`Error::Internal`] where there are fewer logits than tokens.
pub fn moves(logits: &[f32], legal: u64) -> Result<Moves> {
    let logits = of_tokens(logits)?;
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f64> = logits
        .iter()
        .map(|&logit| f64::from(logit - largest).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    let mut probs = vec![0.0; SQUARES];
    let mut legal_mass = 0.0;
    for (square, prob) in probs.iter_mut().enumerate() {
        let Some(id) = tokens::id_of::<8>(square as u32) else {
            continue;
        };
        let share = weights[id as usize] / sum;
        *prob = share as f32;
        if legal >> square & 1 == 1 {
            legal_mass += share;
        }
    }
    let best = ranked(logits)[0];
    let top1 = (logits[id_index(best)] >= logits[tokens::PAD as usize]).then_some(best);
    Ok(Moves {
        probs,
        legal_mass,
        illegal_mass: 1.0 - legal_mass,
        top1,
        top1_legal: top1.is_some_and(|square| legal >> square & 1 == 1),
    })
}

/// Holds the N most probable squares of logits `[61]` against the N legal moves of a board.
///
/// # Errors
/// As [`moves`].
pub fn errors(logits: &[f32], legal: u64) -> Result<Errors> {
    let top = ranked(of_tokens(logits)?);
    let top = top.iter().take(legal.count_ones() as usize);
    let chosen = top.fold(0u64, |bits, &square| bits | 1 << square);
    let (false_positives, false_negatives) = (chosen & !legal, legal & !chosen);
    Ok(Errors {
        errors: (false_positives.count_ones() + false_negatives.count_ones()) as usize,
        false_positives: squares_of(false_positives),
        false_negatives: squares_of(false_negatives),
    })
}

fn of_tokens(logits: &[f32]) -> Result<&[f32]> {
    logits
        .get(..tokens::vocabulary::<8>())
        .ok_or_else(|| Error::Internal(format!("{} logits are not those of moves", logits.len())))
}

/// All squares of play, most probable first, ties by square.
fn ranked(logits: &[f32]) -> Vec<u32> {
    let squares: Vec<u32> = (0..SQUARES as u32)
        .filter(|&square| tokens::id_of::<8>(square).is_some())
        .collect();
    let logits: Vec<f32> = squares.iter().map(|&s| logits[id_index(s)]).collect();
    order::ranked(&logits)
        .into_iter()
        .map(|i| squares[i])
        .collect()
}

/// Where the logit of a square of play stands.
fn id_index(square: u32) -> usize {
    tokens::id_of::<8>(square).unwrap_or(tokens::PAD) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits(of: &[(u32, f32)]) -> Vec<f32> {
        let mut logits = vec![-10.0; 61];
        for &(square, logit) in of {
            logits[id_index(square)] = logit;
        }
        logits
    }

    #[test]
    fn mass_is_legal_or_not_and_sums_to_one() {
        let legal = 1 << 19 | 1 << 26;
        let said = moves(&logits(&[(19, 3.0), (0, 3.0)]), legal).unwrap();
        assert_eq!((said.top1, said.top1_legal), (Some(0), false));
        assert!((said.legal_mass - 0.5).abs() < 1e-3);
        assert!((said.legal_mass + said.illegal_mass - 1.0).abs() < 1e-12);
        assert_eq!(said.probs[27], 0.0);
        let mut padding = logits(&[(19, 3.0)]);
        padding[0] = 4.0;
        let said = moves(&padding, legal).unwrap();
        assert_eq!((said.top1, said.top1_legal), (None, false));
        assert!(moves(&[0.0; 60], legal).is_err());
    }

    #[test]
    fn errors_count_what_is_wrong_on_either_side() {
        let legal = 1 << 19 | 1 << 26 | 1 << 37;
        let all = errors(&logits(&[(19, 3.0), (26, 1.0), (37, 2.0)]), legal).unwrap();
        assert_eq!(all.errors, 0);
        let one = errors(&logits(&[(19, 3.0), (63, 1.0), (37, 2.0)]), legal).unwrap();
        assert_eq!(one.errors, 2);
        assert_eq!(
            (one.false_positives, one.false_negatives),
            (vec![63], vec![26])
        );
        assert_eq!(errors(&logits(&[(19, 3.0)]), 0).unwrap().errors, 0);
    }
}
