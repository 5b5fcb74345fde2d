use glasshouse_tensor::{Result, Rotation};

use super::misfit;
use crate::CpuTensor;

/// Rotary embedding of `x` `[pos, head, d_head]` with `cos` and `sin` `[pos, rotary_dim]`.
#[inline(never)]
pub(crate) fn rotate(
    x: &CpuTensor,
    cos: &CpuTensor,
    sin: &CpuTensor,
    rotation: Rotation,
) -> Result<CpuTensor> {
    let Rotation {
        rotary_dim,
        adjacent_pairs,
    } = rotation;
    let &[pos, heads, d_head] = x.shape() else {
        return Err(misfit("rotate", &[x, cos, sin]));
    };
    let table = [pos, rotary_dim];
    let whole_pairs = rotary_dim.is_multiple_of(2) && rotary_dim <= d_head;
    if !whole_pairs || cos.shape() != table || sin.shape() != table {
        return Err(misfit("rotate", &[x, cos, sin]));
    }
    let (cos, sin) = (cos.numbers()?, sin.numbers()?);
    let mut rotated = x.numbers()?.to_vec();
    if rotary_dim > 0 {
        for (index, head) in rotated.chunks_exact_mut(d_head).enumerate() {
            let row = index / heads;
            let cos = &cos[row * rotary_dim..][..rotary_dim];
            let sin = &sin[row * rotary_dim..][..rotary_dim];
            for pair in 0..rotary_dim / 2 {
                let (i, j) = if adjacent_pairs {
                    (2 * pair, 2 * pair + 1)
                } else {
                    (pair, pair + rotary_dim / 2)
                };
                let (u, v) = (head[i], head[j]);
                head[i] = u * cos[i] - v * sin[i];
                head[j] = v * cos[j] + u * sin[j];
            }
        }
    }
    CpuTensor::new(x.shape(), rotated)
}
