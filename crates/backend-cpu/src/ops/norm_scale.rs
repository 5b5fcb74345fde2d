use glasshouse_tensor::{Norm, Result};

use super::misfit;
use crate::{CpuTensor, eight::Eight, row::sum};

/// `√(mean(x²) + eps)` of every row of `x` `[pos, d]`, after centring where `norm` says so → `[pos, 1]`.
#[inline(never)]
pub(crate) fn norm_scale(x: &CpuTensor, norm: Norm) -> Result<CpuTensor> {
    let &[pos, d] = x.shape() else {
        return Err(misfit("norm_scale", &[x]));
    };
    let numbers = x.numbers()?;
    let scales = (0..pos).map(|row| {
        let row = &numbers[row * d..][..d];
        scale_of(row, centre_of(row, norm), norm)
    });
    CpuTensor::new(&[pos, 1], scales.collect())
}

/// What is subtracted from a row: its mean, or nothing.
pub(super) fn centre_of(row: &[f32], norm: Norm) -> f32 {
    if norm.centre {
        sum(row, |x| x) / row.len() as f32
    } else {
        0.0
    }
}

/// `√(mean((x − centre)²) + eps)`
pub(super) fn scale_of(row: &[f32], centre: f32, norm: Norm) -> f32 {
    let mean = Eight::splat(centre);
    let squares = sum(row, |x| (x - mean) * (x - mean));
    (squares / row.len() as f32 + norm.eps).sqrt()
}
