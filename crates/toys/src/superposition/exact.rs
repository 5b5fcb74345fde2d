//! What theory says: closed forms, to be held against what training finds. All losses are means over
//! the n features, as the trainer's; the paper's are sums, n times larger.

use glasshouse_tensor::order;
use serde::Serialize;

use super::expectation::{own_error, rectified_square};
use crate::simplex::minimum;

/// What a feature of importance 1 costs that the model drops, and answers with its mean p/2: its
/// variance p/3 − p²/4.
pub fn dropped_cost(density: f64) -> f64 {
    density / 3.0 - density * density / 4.0
}

/// The loss of a model that stores the m most important features, each in a dimension of its own, and
/// drops the others. For a linear model this is the optimum at every density: the features are
/// independent, so its principal components are the features of largest importance.
pub fn dropped_loss(m: usize, density: f64, importance: &[f64]) -> f64 {
    let mut ranked = importance.to_vec();
    order::sort(&mut ranked);
    let dropped: f64 = ranked.iter().rev().skip(m).sum();
    dropped * dropped_cost(density) / importance.len().max(1) as f64
}

/// The best regular k-gon in two dimensions in the limit p → 0, where one feature is on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Polygon {
    /// Features.
    pub k: usize,
    /// Loss per feature that is on, summed over the outputs.
    pub loss: f64,
    /// |Wᵢ|²
    pub norm_sq: f64,
    /// bᵢ
    pub bias: f64,
    /// The same loss at |Wᵢ| = 1 and b = 0.
    pub unit_loss: f64,
}

/// The k-gon with the best radius and bias.
pub fn polygon(k: usize) -> Polygon {
    let cosines: Vec<f64> = (1..k)
        .map(|j| libm::cos(std::f64::consts::TAU * j as f64 / k as f64))
        .collect();
    let loss = |norm_sq: f64, bias: f64| {
        let others = cosines
            .iter()
            .map(|cosine| rectified_square(norm_sq * cosine, bias));
        own_error(norm_sq, bias) + others.sum::<f64>()
    };
    // With every feature off the output is relu(b), and almost always all are: no bias above 0.
    let free = |x: &[f64]| loss(x[0], x[1].min(0.0)) + x[1].max(0.0);
    let (x, _) = minimum(&free, &[1.2, -0.2], 0.1);
    let at_unit = loss(1.0, 0.0);
    let (norm_sq, bias) = (x[0], x[1].min(0.0));
    let best = loss(norm_sq, bias);
    // Up to the square nothing interferes and 1 and 0 are exact.
    let (norm_sq, bias, loss) = if at_unit <= best {
        (1.0, 0.0, at_unit)
    } else {
        (norm_sq, bias, best)
    };
    Polygon {
        k,
        loss,
        norm_sq,
        bias,
        unit_loss: at_unit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_features_cost_their_variance() {
        let importance = [1.0, 0.9, 0.81, 0.729, 0.6561];
        let dense = dropped_loss(2, 1.0, &importance);
        assert!((dense - 0.03659).abs() < 1e-5, "{dense}");
        let sparse = dropped_loss(2, 0.7169, &importance);
        assert!((sparse - 0.04850).abs() < 5e-6, "{sparse}");
        assert_eq!(dropped_loss(7, 0.5, &importance), 0.0);
    }

    #[test]
    fn polygons_are_those_of_the_published_table() {
        for (k, loss, norm_sq, bias, unit_loss) in [
            (2, 0.0, 1.0, 0.0, 0.0),
            (3, 0.0, 1.0, 0.0, 0.0),
            (4, 0.0, 1.0, 0.0, 0.0),
            (5, 0.015_826, 1.3700, -0.2823, 0.063_661),
            (6, 0.048_192, 1.7438, -0.6181, 0.166_667),
            (7, 0.083_271, 2.0978, -0.9669, 0.259_160),
            (8, 0.115_546, 2.4039, -1.2912, 0.333_333),
        ] {
            let found = polygon(k);
            assert!((found.loss - loss).abs() < 1e-6, "{found:?}");
            assert!((found.norm_sq - norm_sq).abs() < 2e-4, "{found:?}");
            assert!((found.bias - bias).abs() < 2e-4, "{found:?}");
            assert!((found.unit_loss - unit_loss).abs() < 1e-6, "{found:?}");
        }
    }
}
