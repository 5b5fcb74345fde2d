//! What features do to one another when they are on.

use serde::Serialize;

use super::expectation::{
    own_error, own_error_beside_one, rectified_square, rectified_square_of_two,
};
use super::geometry::{columns, dot};

/// With more features than this the pairs take too long.
const MOST_FEATURES: usize = 100;

/// One input through a tied ReLU model, step by step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Interference {
    /// W x
    pub hidden: Vec<f64>,
    /// Wᵀ W x
    pub before: Vec<f64>,
    /// Wᵀ W x + b
    pub biased: Vec<f64>,
    /// relu(Wᵀ W x + b)
    pub after: Vec<f64>,
    /// What the samples with no feature on contribute to the expected loss (mean over features,
    /// importance 1), relu(b)² times their probability.
    pub silent_cost: f64,
    /// The same for samples with exactly one on, which grows like p: alternating interference.
    pub alternating_cost: f64,
    /// The same for samples with exactly two on, which grows like p²: simultaneous interference. None
    /// above a hundred features.
    pub simultaneous_cost: Option<f64>,
}

impl Interference {
    /// `w` `[m, n]`, `b` `[n]`, the input `x` `[n]`, and p. None where the lengths do not fit.
    pub fn of(w: &[f32], b: &[f32], x: &[f32], density: f64) -> Option<Self> {
        let n = b.len();
        if n == 0 || x.len() != n || !w.len().is_multiple_of(n) {
            return None;
        }
        let columns = columns(w, n);
        let b: Vec<f64> = b.iter().map(|&b| b.into()).collect();
        let mut hidden = vec![0.0; w.len() / n];
        for (v, &x) in columns.iter().zip(x) {
            for (h, v) in hidden.iter_mut().zip(v) {
                *h += v * f64::from(x);
            }
        }
        let before: Vec<f64> = columns.iter().map(|v| dot(v, &hidden)).collect();
        let biased: Vec<f64> = before.iter().zip(&b).map(|(y, b)| y + b).collect();
        let gram: Vec<Vec<f64>> = columns
            .iter()
            .map(|v| columns.iter().map(|u| dot(v, u)).collect())
            .collect();
        // The probability that exactly these `on` features are on, over n for the mean.
        let weight = |on: i32| density.powi(on) * (1.0 - density).powi(n as i32 - on) / n as f64;
        Some(Self {
            after: biased.iter().map(|y| y.max(0.0)).collect(),
            silent_cost: weight(0) * b.iter().map(|b| b.max(0.0) * b.max(0.0)).sum::<f64>(),
            alternating_cost: weight(1) * one_on(&gram, &b),
            simultaneous_cost: (2..=MOST_FEATURES)
                .contains(&n)
                .then(|| weight(2) * two_on(&gram, &b)),
            hidden,
            before,
            biased,
        })
    }
}

fn one_on(gram: &[Vec<f64>], b: &[f64]) -> f64 {
    let mut total = 0.0;
    for j in 0..b.len() {
        for (i, &b) in b.iter().enumerate() {
            total += if i == j {
                own_error(gram[i][i], b)
            } else {
                rectified_square(gram[i][j], b)
            };
        }
    }
    total
}

fn two_on(gram: &[Vec<f64>], b: &[f64]) -> f64 {
    let mut total = 0.0;
    for j in 0..b.len() {
        for k in j + 1..b.len() {
            for (i, &b) in b.iter().enumerate() {
                let (from_j, from_k) = (gram[i][j], gram[i][k]);
                total += if i == j {
                    own_error_beside_one(from_j, from_k, b)
                } else if i == k {
                    own_error_beside_one(from_k, from_j, b)
                } else {
                    rectified_square_of_two(from_j, from_k, b)
                };
            }
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::super::phase::pair_loss;
    use super::*;

    #[test]
    fn the_costs_of_a_pair_add_up_to_its_expected_loss() {
        let (w, b, p) = ([1.037f32, -0.885], [0.01f32, 0.055], 0.3);
        let found = Interference::of(&w, &b, &[0.5, 0.0], p).unwrap();
        let total = found.silent_cost + found.alternating_cost + found.simultaneous_cost.unwrap();
        let expected = pair_loss(w.map(f64::from), b.map(f64::from), p, [1.0, 1.0]) / 2.0;
        assert!((total - expected).abs() < 1e-12, "{total} {expected}");
        assert!((found.before[1] + 0.5 * 1.037 * 0.885).abs() < 1e-6);
        assert_eq!(found.after[1], 0.0);
        assert!(Interference::of(&w, &b, &[1.0], p).is_none());
    }
}
