//! Head detectors, as TransformerLens's `head_detector.detect_head` with `error_measure="mul"`:
//! the share of a head's attention that falls on the keys a head of that kind looks at,
//! `sum(A ∘ M) / sum(A)` over the whole pattern, BOS included.

use glasshouse_tensor::{Error, HostTensor, Result};
use serde::Serialize;

/// The three kinds of head that a text by itself can reveal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Looks at the token just before the query.
    PreviousToken,
    /// Looks at earlier copies of the query token.
    DuplicateToken,
    /// Looks at what followed earlier copies of the query token.
    Induction,
}

impl Kind {
    /// All kinds, in the order of [`Scores`].
    pub const ALL: [Kind; 3] = [Kind::PreviousToken, Kind::DuplicateToken, Kind::Induction];

    /// Whether a head of this kind looks from position `query` at position `key`.
    pub fn looks_at(self, ids: &[u32], query: usize, key: usize) -> bool {
        match self {
            Kind::PreviousToken => key + 1 == query,
            Kind::DuplicateToken => key < query && ids[key] == ids[query],
            Kind::Induction => key >= 1 && key <= query && ids[key - 1] == ids[query],
        }
    }
}

/// One number for every kind of head.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scores {
    /// See [`Kind::PreviousToken`].
    pub previous_token: f64,
    /// See [`Kind::DuplicateToken`].
    pub duplicate_token: f64,
    /// See [`Kind::Induction`].
    pub induction: f64,
}

impl Scores {
    /// Computes each number from its kind.
    pub fn from_kinds(mut number: impl FnMut(Kind) -> f64) -> Self {
        Self {
            previous_token: number(Kind::PreviousToken),
            duplicate_token: number(Kind::DuplicateToken),
            induction: number(Kind::Induction),
        }
    }

    /// The number of one kind.
    pub fn of(&self, kind: Kind) -> f64 {
        match kind {
            Kind::PreviousToken => self.previous_token,
            Kind::DuplicateToken => self.duplicate_token,
            Kind::Induction => self.induction,
        }
    }
}

/// The keys that a head of each kind looks at, for every query of one text.
pub struct Targets {
    length: usize,
    keys: [Vec<Vec<usize>>; 3],
}

impl Targets {
    /// Finds the keys once per text.
    pub fn new(ids: &[u32]) -> Self {
        let keys = Kind::ALL.map(|kind| {
            (0..ids.len())
                .map(|query| {
                    (0..=query)
                        .filter(|&key| kind.looks_at(ids, query, key))
                        .collect()
                })
                .collect()
        });
        Self {
            length: ids.len(),
            keys,
        }
    }

    /// The share of queries that have such a key at all: no score can be larger.
    pub fn ceiling(&self) -> Scores {
        Scores::from_kinds(|kind| {
            let queries = &self.keys[kind as usize];
            let with_target = queries.iter().filter(|keys| !keys.is_empty()).count();
            with_target as f64 / self.length.max(1) as f64
        })
    }

    /// Scores of every head of `pattern` `[head, query, key]`.
    ///
    /// # Errors
    /// [`Error::Internal`] where the pattern is not of this text.
    pub fn score(&self, pattern: &HostTensor) -> Result<Vec<Scores>> {
        let n = self.length;
        if pattern.shape().len() != 3 || pattern.shape()[1..] != [n, n] {
            return Err(Error::Internal(format!(
                "a pattern of {n} tokens cannot have shape {:?}",
                pattern.shape()
            )));
        }
        let heads = pattern.data().chunks_exact((n * n).max(1));
        Ok(heads
            .map(|head| {
                let total: f64 = head.iter().map(|&weight| f64::from(weight)).sum();
                Scores::from_kinds(|kind| {
                    let queries = self.keys[kind as usize].iter().enumerate();
                    let on_target: f64 = queries
                        .flat_map(|(query, keys)| keys.iter().map(move |key| query * n + key))
                        .map(|place| f64::from(head[place]))
                        .sum();
                    if total > 0.0 { on_target / total } else { 0.0 }
                })
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The masks of TransformerLens for "a b a b", written out.
    #[test]
    fn targets_are_those_of_the_definition() {
        let ids = [7, 8, 7, 8];
        let mask = |kind: Kind| {
            (0..4)
                .map(|q| {
                    (0..4)
                        .map(|k| u8::from(kind.looks_at(&ids, q, k)))
                        .collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        };
        let none = vec![0, 0, 0, 0];
        assert_eq!(
            mask(Kind::DuplicateToken),
            [
                none.clone(),
                none.clone(),
                vec![1, 0, 0, 0],
                vec![0, 1, 0, 0]
            ]
        );
        assert_eq!(
            mask(Kind::Induction),
            [
                none.clone(),
                none.clone(),
                vec![0, 1, 0, 0],
                vec![0, 0, 1, 0]
            ]
        );
        assert_eq!(
            mask(Kind::PreviousToken),
            [none, vec![1, 0, 0, 0], vec![0, 1, 0, 0], vec![0, 0, 1, 0]]
        );
    }

    #[test]
    fn a_perfect_induction_head_reaches_the_ceiling_and_uniform_attention_does_not() {
        let ids = [0, 5, 6, 7, 5, 6, 7];
        let n = ids.len();
        let mut perfect = vec![0.0; n * n];
        let mut uniform = vec![0.0; n * n];
        for query in 0..n {
            let target = (0..=query).find(|&key| Kind::Induction.looks_at(&ids, query, key));
            perfect[query * n + target.unwrap_or(0)] = 1.0;
            for key in 0..=query {
                uniform[query * n + key] = 1.0 / (query + 1) as f32;
            }
        }
        let pattern = HostTensor::new([2, n, n], [perfect, uniform].concat()).unwrap();
        let targets = Targets::new(&ids);
        let scores = targets.score(&pattern).unwrap();
        let ceiling = targets.ceiling().induction;
        assert!((ceiling - 3.0 / 7.0).abs() < 1e-12);
        assert!((scores[0].induction - ceiling).abs() < 1e-6);
        assert!(scores[1].induction < 0.1);
    }
}
