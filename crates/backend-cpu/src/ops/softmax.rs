use glasshouse_tensor::Result;

use super::misfit;
use crate::{
    CpuTensor,
    exponential::exp,
    sums::{length_before, sum},
};

/// Softmax over the last axis; a row of −∞ only, or with NaN or +∞ in it, becomes zeros.
pub(crate) fn softmax(scores: &CpuTensor) -> Result<CpuTensor> {
    let &[.., width] = scores.shape() else {
        return Err(misfit("softmax", &[scores]));
    };
    let mut pattern = scores.numbers()?.to_vec();
    if width > 0 {
        pattern.chunks_exact_mut(width).for_each(softmax_row);
    }
    CpuTensor::new(scores.shape(), pattern)
}

/// Softmax in place. The run of −∞ at the end, which is most of what a causal mask hides, costs no
/// exponential.
pub(super) fn softmax_row(row: &mut [f32]) {
    let (seen, masked) = row.split_at_mut(length_before(row, f32::NEG_INFINITY));
    masked.fill(0.0);
    if seen.is_empty() {
        return;
    }
    let largest = max(seen);
    for x in seen.iter_mut() {
        *x = exp(*x - largest);
    }
    let total = sum(seen, |x| x);
    // Only an edit can bring NaN or +∞. As in TransformerLens, such a query attends to nothing.
    if total.is_nan() {
        seen.fill(0.0);
        return;
    }
    let share = 1.0 / total;
    for x in seen {
        *x *= share;
    }
}

/// The largest number of a row, NaN left aside: it shows up in the sum.
fn max(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let (eights, rest) = row.as_chunks::<8>();
    let mut lanes = [f32::NEG_INFINITY; 8];
    for eight in eights {
        for (lane, &x) in lanes.iter_mut().zip(eight) {
            *lane = larger(x, *lane);
        }
    }
    let largest = lanes.into_iter().fold(f32::NEG_INFINITY, larger);
    rest.iter().copied().fold(largest, |a, x| larger(x, a))
}
