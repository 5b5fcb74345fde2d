use glasshouse_tensor::{Attend, Result};

use super::{attention_scores::AttentionShape, misfit, mix_values::mix_tile, softmax::softmax_row};
use crate::{CpuTensor, panels::Panels, product::TILE_ROWS};

/// `attention_scores`, `softmax` and `mix_values` in one, a few rows at a time; the same bits.
#[inline(never)]
pub(crate) fn attention(
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    attend: Attend,
) -> Result<CpuTensor> {
    let shape = AttentionShape::new(q, k)
        .filter(|_| v.shape() == k.shape())
        .ok_or_else(|| misfit("attention", &[q, k, v]))?;
    let AttentionShape {
        heads,
        queries,
        keys,
        d_head,
    } = shape;
    let (q, k, v) = (q.numbers()?, k.numbers()?, v.numbers()?);
    let stride = heads * d_head;
    let mut z = vec![0.0; queries * stride];
    let mut tile = vec![0.0; TILE_ROWS * keys];
    let (mut key_panels, mut value_panels) = (Panels::default(), Panels::default());
    if !z.is_empty() && keys > 0 {
        for head in 0..heads {
            shape.pack_keys(&mut key_panels, &k, head, attend);
            value_panels.repack(&v[head * d_head..], stride, keys, d_head);
            for first in (0..queries).step_by(TILE_ROWS) {
                let count = TILE_ROWS.min(queries - first);
                let pattern = &mut tile[..count * keys];
                pattern.fill(0.0);
                shape.score_tile(&q, &key_panels, head, first, attend, pattern);
                pattern.chunks_exact_mut(keys).for_each(softmax_row);
                let z = &mut z[first * stride + head * d_head..];
                mix_tile(pattern, keys, &value_panels, z, stride);
            }
        }
    }
    CpuTensor::new(&[queries, heads, d_head], z)
}
