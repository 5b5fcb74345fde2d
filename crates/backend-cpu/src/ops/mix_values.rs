use glasshouse_tensor::Result;

use super::misfit;
use crate::{
    CpuTensor,
    panels::Panels,
    product::{Rows, RowsMut, TILE_ROWS, add_product},
    row::length_before,
};

/// `pattern [head, query, key]`, `v [key, head, d_head]` → `z [query, head, d_head]`.
#[inline(never)]
pub(crate) fn mix_values(pattern: &CpuTensor, v: &CpuTensor) -> Result<CpuTensor> {
    let (&[heads, queries, keys], &[v_keys, v_heads, d_head]) = (pattern.shape(), v.shape()) else {
        return Err(misfit("mix_values", &[pattern, v]));
    };
    if (heads, keys) != (v_heads, v_keys) {
        return Err(misfit("mix_values", &[pattern, v]));
    }
    let (pattern, v) = (pattern.numbers()?, v.numbers()?);
    let mut z = vec![0.0; queries * heads * d_head];
    let mut panels = Panels::default();
    if !z.is_empty() && keys > 0 {
        for head in 0..heads {
            panels.repack(&v[head * d_head..], heads * d_head, keys, d_head);
            for first in (0..queries).step_by(TILE_ROWS) {
                let count = TILE_ROWS.min(queries - first);
                let pattern = &pattern[(head * queries + first) * keys..][..count * keys];
                let z = &mut z[(first * heads + head) * d_head..];
                mix_tile(pattern, keys, &panels, z, heads * d_head);
            }
        }
    }
    CpuTensor::new(&[queries, heads, d_head], z)
}

/// Adds to rows of `z`, `stride` apart, the values of one head weighted by rows of `pattern` `[.., key]`.
/// Keys that none of these queries looks at cost nothing; they would add zeros.
pub(super) fn mix_tile(
    pattern: &[f32],
    keys: usize,
    values: &Panels,
    z: &mut [f32],
    stride: usize,
) {
    let rows = pattern.chunks_exact(keys);
    let count = rows.len();
    let seen = rows.map(|row| length_before(row, 0.0)).max().unwrap_or(0);
    let weights = Rows {
        numbers: pattern,
        stride: keys,
    };
    let z = RowsMut { numbers: z, stride };
    add_product(weights, values, 0..seen, values.columns(), z, count);
}
