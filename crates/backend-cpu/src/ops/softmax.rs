use glasshouse_tensor::Result;

use super::misfit;
use crate::{
    CpuTensor,
    eight::Eight,
    exponential::exp,
    row::{length_before, map, max, sum},
};

/// Softmax over the last axis; a row of −∞ only, or with NaN or +∞ in it, becomes zeros.
#[inline(never)]
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
#[inline(never)]
pub(super) fn softmax_row(row: &mut [f32]) {
    let (seen, masked) = row.split_at_mut(length_before(row, f32::NEG_INFINITY));
    masked.fill(0.0);
    if seen.is_empty() {
        return;
    }
    let largest = Eight::splat(max(seen));
    map(seen, |x| exp(x - largest));
    let total = sum(seen, |x| x);
    if total.is_nan() {
        // A score was NaN or +∞: the query attends to nothing.
        seen.fill(0.0);
        return;
    }
    let share = Eight::splat(1.0 / total);
    map(seen, |x| x * share);
}
