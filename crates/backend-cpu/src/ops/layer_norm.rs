use glasshouse_tensor::{Norm, Result};

use super::{
    norm_scale::{centre_of, scale_of},
    normalize::normalize_rows,
};
use crate::CpuTensor;

/// `norm_scale` and `normalize` in one pass over the rows of `x` `[pos, d]`; the same bits.
#[inline(never)]
pub(crate) fn layer_norm(
    x: &CpuTensor,
    norm: Norm,
    w: Option<&CpuTensor>,
    b: Option<&CpuTensor>,
) -> Result<CpuTensor> {
    normalize_rows(x, w, b, |_, row| {
        let centre = centre_of(row, norm);
        (centre, scale_of(row, centre, norm))
    })
}
