//! What the columns of W look like: how long they are, which share dimensions, and as which solid.

use serde::Serialize;

use super::solid::{Group, describe, groups};

/// From this length on a feature counts as represented.
pub const REPRESENTED: f64 = 0.5;

/// The arrangement of one model's features, measured in `f64` from its W.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Geometry {
    /// |Wᵢ|
    pub norms: Vec<f64>,
    /// Dᵢ = |Wᵢ|² / Σⱼ (Ŵᵢ · Wⱼ)², the share of a dimension that a feature has for itself; 0 where Wᵢ is 0.
    pub dimensionality: Vec<f64>,
    /// Σ_{j≠i} (Ŵᵢ · Wⱼ)², how much the others weigh in a feature's direction.
    pub superposition: Vec<f64>,
    /// |W|²_F
    pub frobenius_sq: f64,
    /// D* = m / |W|²_F, dimensions per feature; none where W is 0.
    pub dimensions_per_feature: Option<f64>,
    /// How many features are longer than [`REPRESENTED`].
    pub represented: usize,
    /// Represented features that share dimensions.
    pub groups: Vec<Group>,
    /// The groups in words.
    pub geometry: String,
}

impl Geometry {
    /// Of `w` `[m, n]`, row-major: the tied weights, or the encoder.
    pub fn of(w: &[f32], n: usize) -> Self {
        let columns = columns(w, n);
        let m = w.len() / n.max(1);
        let square = |v: &[f64]| dot(v, v);
        let norms: Vec<f64> = columns.iter().map(|v| square(v).sqrt()).collect();
        let second_moment = second_moment(&columns, m);
        let mut dimensionality = Vec::with_capacity(n);
        let mut superposition = Vec::with_capacity(n);
        for (v, &norm) in columns.iter().zip(&norms) {
            let own = norm * norm;
            // Σⱼ (Ŵᵢ · Wⱼ)², by way of Σⱼ Wⱼ Wⱼᵀ.
            let all = if own > 0.0 {
                quadratic(&second_moment, v) / own
            } else {
                0.0
            };
            dimensionality.push(if all > 0.0 { own / all } else { 0.0 });
            superposition.push((all - own).max(0.0));
        }
        let frobenius_sq: f64 = norms.iter().map(|norm| norm * norm).sum();
        let groups = groups(&columns, &norms, &dimensionality);
        let represented = norms.iter().filter(|&&norm| norm > REPRESENTED).count();
        Self {
            geometry: describe(&groups, n - represented),
            dimensions_per_feature: (frobenius_sq > 0.0).then(|| m as f64 / frobenius_sq),
            norms,
            dimensionality,
            superposition,
            frobenius_sq,
            represented,
            groups,
        }
    }
}

/// What each feature is read as where another is on: Wᵀ W `[n read, n on]`, row-major, of `w` `[m, n]`;
/// W₂ W with an untied decoder `w2` `[n, m]`.
pub fn gram(w: &[f32], w2: Option<&[f32]>, n: usize) -> Vec<f32> {
    let m = w.len() / n.max(1);
    let read = |i: usize, k: usize| match w2 {
        Some(w2) => w2.get(i * m + k),
        None => w.get(k * n + i),
    };
    let mut product = vec![0.0; n * n];
    for (i, row) in product.chunks_exact_mut(n.max(1)).enumerate() {
        for (k, on) in w.chunks_exact(n.max(1)).enumerate() {
            let by = read(i, k).copied().unwrap_or(0.0);
            row.iter_mut()
                .zip(on)
                .for_each(|(sum, &on)| *sum += by * on);
        }
    }
    product
}

/// The columns of `w` `[m, n]`.
pub(crate) fn columns(w: &[f32], n: usize) -> Vec<Vec<f64>> {
    let column = |i| w.iter().skip(i).step_by(n).map(|&x| f64::from(x)).collect();
    (0..n).map(column).collect()
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Σⱼ Wⱼ Wⱼᵀ, `[m, m]`.
fn second_moment(columns: &[Vec<f64>], m: usize) -> Vec<f64> {
    let mut sum = vec![0.0; m * m];
    for v in columns {
        for (row, &a) in sum.chunks_exact_mut(m).zip(v) {
            for (entry, &b) in row.iter_mut().zip(v) {
                *entry += a * b;
            }
        }
    }
    sum
}

/// vᵀ M v
fn quadratic(matrix: &[f64], v: &[f64]) -> f64 {
    let rows = matrix.chunks_exact(v.len()).zip(v);
    rows.map(|(row, &x)| x * dot(row, v)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gram_matrix_holds_the_products_of_all_columns() {
        // Columns (1, 4), (2, 5), (3, 6).
        let w = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let products = [17.0, 22.0, 27.0, 22.0, 29.0, 36.0, 27.0, 36.0, 45.0];
        assert_eq!(gram(&w, None, 3), products);
        // The transpose as a decoder of its own gives the same; another gives what it reads.
        assert_eq!(gram(&w, Some(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]), 3), products);
        assert_eq!(
            gram(&w, Some(&[0.0, 1.0, 1.0, 0.0, 0.0, 0.0]), 3),
            [4.0, 5.0, 6.0, 1.0, 2.0, 3.0, 0.0, 0.0, 0.0]
        );
        assert_eq!(gram(&[], None, 0), [0.0; 0]);
    }
}
