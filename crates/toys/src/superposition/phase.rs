//! The phase diagram: what becomes of the last feature, as training and as theory have it.

use serde::Serialize;

use super::exact::dropped_cost;
use super::expectation::{
    own_error, own_error_beside_one, own_error_beside_two, rectified_square,
    rectified_square_of_two,
};
use super::geometry::{REPRESENTED, columns, dot};
use crate::simplex::minimum;

/// What became of the last feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Not represented: |W| at most [`REPRESENTED`].
    Dropped,
    /// Represented, and the other features hardly reach into its direction.
    Dedicated,
    /// Represented, and Σⱼ (Ŵ · Wⱼ)² over the others is above [`REPRESENTED`]².
    Superposed,
}

/// The best model, and its loss: the mean over the features.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimum {
    /// What it does with the last feature.
    pub outcome: Outcome,
    /// Its expected loss.
    pub loss: f64,
}

/// The best model of two features in one dimension: `x'ᵢ = relu(wᵢ (w₁ x₁ + w₂ x₂) + bᵢ)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// w₁, w₂
    pub w: [f64; 2],
    /// b₁, b₂
    pub b: [f64; 2],
    /// Expected loss, summed over both.
    pub total: f64,
}

/// What the model with the weights `w` `[m, n]` does with its last feature.
pub fn outcome(w: &[f32], n: usize) -> Outcome {
    let columns = columns(w, n);
    let Some((last, others)) = columns.split_last() else {
        return Outcome::Dropped;
    };
    let own = dot(last, last);
    if own <= REPRESENTED * REPRESENTED {
        return Outcome::Dropped;
    }
    let shared: f64 = others.iter().map(|v| dot(last, v).powi(2) / own).sum();
    if shared > REPRESENTED * REPRESENTED {
        Outcome::Superposed
    } else {
        Outcome::Dedicated
    }
}

/// The expected loss of two features in one dimension, both on with probability `p`: summed over the
/// four cases of which of them are on, each an exact integral.
pub fn pair_loss(w: [f64; 2], b: [f64; 2], p: f64, importance: [f64; 2]) -> f64 {
    let output = |i: usize| {
        let (own, other) = (w[i] * w[i], w[0] * w[1]);
        let silent = b[i].max(0.0) * b[i].max(0.0);
        importance[i]
            * ((1.0 - p) * (1.0 - p) * silent
                + p * (1.0 - p) * (own_error(own, b[i]) + rectified_square(other, b[i]))
                + p * p * own_error_beside_one(own, other, b[i]))
    };
    output(0) + output(1)
}

/// The expected loss, mean over the features, of the tied model with the weights `w` `[m, n]` and the
/// biases `b` `[n]`, each feature on with probability `p`; exact, for three features at most.
pub fn expected_loss(w: &[f32], b: &[f32], p: f64, importance: &[f32]) -> Option<f64> {
    let columns = columns(w, b.len());
    let total: f64 = (columns.iter().zip(b).zip(importance).enumerate())
        .map(|(i, ((column, &b), &importance))| {
            // A feature that is not there reaches nobody.
            let mut others = [0.0; 2];
            let rest = columns[..i].iter().chain(&columns[i + 1..]);
            for (reach, other) in others.iter_mut().zip(rest) {
                *reach = dot(column, other);
            }
            f64::from(importance) * output_loss(dot(column, column), others, b.into(), p)
        })
        .sum();
    (1..=3).contains(&b.len()).then(|| total / b.len() as f64)
}

/// The best of all four parameters: either feature alone, in closed form, or both, by descent from
/// opposite and from unequal weights.
pub fn best_pair(p: f64, importance: [f64; 2]) -> Pair {
    let alone = |kept: usize| {
        let mut pair = Pair {
            w: [0.0; 2],
            b: [p / 2.0; 2],
            total: importance[1 - kept] * dropped_cost(p),
        };
        (pair.w[kept], pair.b[kept]) = (1.0, 0.0);
        pair
    };
    let free = |x: &[f64]| pair_loss([x[0], x[1]], [x[2], x[3]], p, importance);
    // Near the border there are two valleys side by side: the biases tell them apart.
    let half = p / 2.0;
    let both = [
        [1.0, -1.0, 0.0],
        [0.95, -0.4, 0.0],
        [-0.4, 0.95, 0.0],
        [0.95, -0.4, half],
        [-0.4, 0.95, half],
        [0.95, 0.4, half],
        [0.4, 0.95, half],
    ]
    .map(|[v, w, b]| {
        let (x, total) = minimum(&free, &[v, w, b, b], 0.1);
        Pair {
            w: [x[0], x[1]],
            b: [x[2], x[3]],
            total,
        }
    });
    // Of equals the first.
    let all = [alone(0), alone(1)].into_iter().chain(both);
    all.reduce(|best, pair| {
        if pair.total < best.total - 1e-12 {
            pair
        } else {
            best
        }
    })
    .unwrap_or_else(|| alone(0))
}

/// The optimum for two features in one dimension, importances 1 and `importance`.
pub fn optimum_of_two(p: f64, importance: f64) -> Optimum {
    let pair = best_pair(p, [1.0, importance]);
    Optimum {
        outcome: outcome(&pair.w.map(|w| w as f32), 2),
        loss: pair.total / 2.0,
    }
}

/// The optimum for three features in two dimensions, importances 1, 1 and `importance`: either two of
/// them share a dimension as best they can and the third has the other to itself, or the first two are
/// mirror images, W = [(−a, d), (−a, −d), (r, 0)], which has the triangle in it. (Trained models of
/// many seeds, over the whole diagram, find nothing better: a test.)
pub fn optimum_of_three(p: f64, importance: f64) -> Optimum {
    let pair = optimum_of_two(p, importance);
    let mut best = Optimum {
        outcome: pair.outcome,
        loss: pair.loss * 2.0 / 3.0,
    };
    let others = best_pair(p, [1.0, 1.0]).total / 3.0;
    if others < best.loss {
        best = Optimum {
            outcome: Outcome::Dedicated,
            loss: others,
        };
    }
    let free = |x: &[f64]| mirrored_loss(x, p, importance) / 3.0;
    for start in [[0.45, 0.77, 0.9, 0.05, 0.05], [0.7, 0.5, 0.7, 0.0, 0.0]] {
        let (x, loss) = minimum(&free, &start, 0.1);
        // A hair better is no other phase: without interference many arrangements are equal.
        if loss < best.loss - 1e-9 {
            let [a, d, r] = [x[0] as f32, x[1] as f32, x[2] as f32];
            let outcome = outcome(&[-a, -a, r, d, -d, 0.0], 3);
            best = Optimum { outcome, loss };
        }
    }
    best
}

/// The expected loss, summed over the three, of W = [(−a, d), (−a, −d), (r, 0)] with the biases b of the
/// first two and e of the last; `x` is a, d, r, b, e.
fn mirrored_loss(x: &[f64], p: f64, importance: f64) -> f64 {
    let [a, d, r, b, e] = [x[0], x[1], x[2], x[3], x[4]];
    let (own, mirror, last) = (a * a + d * d, a * a - d * d, -a * r);
    2.0 * output_loss(own, [mirror, last], b, p)
        + importance * output_loss(r * r, [last, last], e, p)
}

/// The expected square of x − relu(own·x + others·z + b), over which of the three are on.
fn output_loss(own: f64, others: [f64; 2], b: f64, p: f64) -> f64 {
    let (q, [y, z]) = (1.0 - p, others);
    let silent = b.max(0.0) * b.max(0.0);
    q * q * q * silent
        + p * q * q * (own_error(own, b) + rectified_square(y, b) + rectified_square(z, b))
        + p * p
            * q
            * (own_error_beside_one(own, y, b)
                + own_error_beside_one(own, z, b)
                + rectified_square_of_two(y, z, b))
        + p * p * p * own_error_beside_two(own, y, z, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optima_are_the_published_ones() {
        for (p, importance, total) in [
            (0.5, 1.0, 0.07628),
            (0.3, 1.0, 0.02931),
            (0.3, 0.3, 0.01826),
            (0.1, 1.0, 0.003_320),
            (0.1, 0.1, 0.001_755),
            (0.03, 1.0, 0.000_300),
            (0.3, 0.1, 0.00775),
        ] {
            let found = best_pair(p, [1.0, importance]);
            assert!(
                (found.total - total).abs() < 6e-6,
                "{p} {importance}: {found:?}"
            );
        }
        let pair = best_pair(0.5, [1.0, 1.0]);
        assert!((pair.w[0].abs() - 0.969).abs() < 1e-3 && (pair.b[0] - 0.098).abs() < 1e-3);
        assert!((pair.w[0] + pair.w[1]).abs() < 1e-3, "{pair:?}");
        let pair = best_pair(0.3, [1.0, 0.3]);
        let found = [pair.w[0], pair.w[1], pair.b[0], pair.b[1]];
        for (found, published) in found.into_iter().zip([1.037, -0.885, 0.010, 0.055]) {
            assert!((found - published).abs() < 1e-3, "{pair:?}");
        }
        assert_eq!(optimum_of_two(0.3, 0.1).outcome, Outcome::Dropped);
        assert_eq!(optimum_of_two(0.3, 0.3).outcome, Outcome::Superposed);
        assert_eq!(optimum_of_two(0.3, 10.0).outcome, Outcome::Dedicated);
    }

    #[test]
    fn the_loss_of_any_model_of_two_or_three_is_exact() {
        let (w, b, importance) = ([0.9f32, -0.7], [0.05f32, -0.1], [1.0f32, 0.4]);
        let pair = pair_loss(
            w.map(f64::from),
            b.map(f64::from),
            0.3,
            [1.0, 0.4f32.into()],
        );
        let found = expected_loss(&w, &b, 0.3, &importance).expect("two features");
        assert!((found - pair / 2.0).abs() < 1e-12, "{found} {pair}");
        let x = [0.5, 0.8, 0.9, 0.03, -0.02];
        let [a, d, r, b, e] = x.map(|x| x as f32);
        let (w, x) = ([-a, -a, r, d, -d, 0.0], [a, d, r, b, e].map(f64::from));
        let found = expected_loss(&w, &[b, b, e], 0.2, &[1.0, 1.0, 0.5]).expect("three features");
        assert!((found - mirrored_loss(&x, 0.2, 0.5) / 3.0).abs() < 1e-12);
        assert_eq!(expected_loss(&[0.0; 8], &[0.0; 4], 0.2, &[1.0; 4]), None);
    }

    #[test]
    fn no_other_beginning_finds_a_better_pair() {
        for cell in 0..256 {
            let middle = |at: i32| (f64::from(at) + 0.5) / 16.0;
            let p = 0.05f64.powf(1.0 - middle(cell / 16));
            let importance = [1.0, 10f64.powf(2.0 * middle(cell % 16) - 1.0)];
            let best = best_pair(p, importance);
            let free = |x: &[f64]| pair_loss([x[0], x[1]], [x[2], x[3]], p, importance);
            for [v, w] in [[1.0, -1.0], [1.0, -0.1], [-0.1, 1.0], [0.1, 1.0]] {
                for b in [0.0, 0.1, p / 2.0] {
                    let (x, _) = minimum(&free, &[v, w, b, b], 0.1);
                    let (_, total) = minimum(&free, &x, 0.05);
                    assert!(
                        total > best.total - 1e-9,
                        "{p} {importance:?}: {total} {best:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn both_importances_count_alike() {
        for (p, importance) in [(0.2, 3.0), (0.6, 0.7), (1.0, 2.0)] {
            let one = best_pair(p, [1.0, importance]).total;
            let other = importance * best_pair(p, [1.0, 1.0 / importance]).total;
            assert!((one - other).abs() < 1e-9, "{p} {importance}");
        }
    }
}
