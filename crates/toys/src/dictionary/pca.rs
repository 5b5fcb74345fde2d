//! Principal components: the cheapest dictionary, the control at equal L0.

use glasshouse_tensor::random::Stream;

use super::data::mean_of;
use super::{add_scaled, dot, normalise};

/// Rounds of subspace iteration.
const ROUNDS: usize = 24;
const STREAM: u64 = 1 << 34;

/// The variance of `held_out` that the first 0, 1, … `most` principal components of `rows` explain, as
/// shares: 1 − Σ‖x − x̂‖² / Σ‖x − mean‖², where x̂ starts at the mean of `rows`.
pub(crate) fn explained(rows: &[f32], held_out: &[f32], width: usize, most: usize) -> Vec<f32> {
    let most = most.min(width);
    let mean = mean_of(rows, width);
    let mut covariance = vec![0.0; width * width];
    let mut centred = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        for ((c, x), m) in centred.iter_mut().zip(row).zip(&mean) {
            *c = x - m;
        }
        for (into, &factor) in covariance.chunks_exact_mut(width).zip(&centred) {
            add_scaled(into, factor, &centred);
        }
    }
    let basis = leading(&covariance, width, most);
    let own_mean = mean_of(held_out, width);
    let mut total = 0.0;
    let mut missed = vec![0.0f64; most + 1];
    for row in held_out.chunks_exact(width) {
        for ((c, x), m) in centred.iter_mut().zip(row).zip(&mean) {
            *c = x - m;
        }
        let mut left = f64::from(dot(&centred, &centred));
        missed[0] += left;
        for (component, missed) in basis.chunks_exact(width).zip(&mut missed[1..]) {
            let along = f64::from(dot(component, &centred));
            left -= along * along;
            *missed += left;
        }
        let squares = row
            .iter()
            .zip(&own_mean)
            .map(|(x, m)| f64::from((x - m) * (x - m)));
        total += squares.sum::<f64>();
    }
    let share = |missed: f64| {
        if total > 0.0 {
            1.0 - missed / total
        } else {
            0.0
        }
    };
    missed
        .into_iter()
        .map(|missed| share(missed) as f32)
        .collect()
}

/// The `count` leading eigenvectors of a symmetric matrix, as rows.
fn leading(matrix: &[f32], width: usize, count: usize) -> Vec<f32> {
    let mut stream = Stream::new(0, STREAM);
    let mut basis: Vec<f32> = (0..count * width).map(|_| stream.normal()).collect();
    for _ in 0..ROUNDS {
        let products = basis
            .chunks_exact(width)
            .flat_map(|vector| matrix.chunks_exact(width).map(|row| dot(row, vector)));
        basis = products.collect();
        for at in 0..count {
            let (before, rest) = basis.split_at_mut(at * width);
            let vector = &mut rest[..width];
            // Twice, so that rounding leaves nothing of the earlier ones.
            for _ in 0..2 {
                for other in before.chunks_exact(width) {
                    add_scaled(vector, -dot(other, vector), other);
                }
            }
            normalise(vector);
        }
    }
    basis
}
