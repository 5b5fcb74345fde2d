use glasshouse_tensor::{Attend, Result};

use super::misfit;
use crate::{
    CpuTensor,
    eight::LANES,
    panels::Panels,
    product::{Rows, RowsMut, TILE_ROWS, add_product},
};

/// `q [query, head, d_head]`, `k [key, head, d_head]` → scores `[head, query, key]`.
#[inline(never)]
pub(crate) fn attention_scores(q: &CpuTensor, k: &CpuTensor, attend: Attend) -> Result<CpuTensor> {
    let shape = AttentionShape::new(q, k).ok_or_else(|| misfit("attention_scores", &[q, k]))?;
    let AttentionShape {
        heads,
        queries,
        keys,
        ..
    } = shape;
    let (q, k) = (q.numbers()?, k.numbers()?);
    let mut scores = vec![0.0; heads * queries * keys];
    let mut panels = Panels::default();
    for head in 0..heads {
        shape.pack_keys(&mut panels, &k, head, attend);
        for first in (0..queries).step_by(TILE_ROWS) {
            let count = TILE_ROWS.min(queries - first);
            let out = &mut scores[(head * queries + first) * keys..][..count * keys];
            shape.score_tile(&q, &panels, head, first, attend, out);
        }
    }
    CpuTensor::new(&[heads, queries, keys], scores)
}

/// The axes that queries and keys share.
#[derive(Clone, Copy)]
pub(super) struct AttentionShape {
    pub(super) heads: usize,
    pub(super) queries: usize,
    pub(super) keys: usize,
    pub(super) d_head: usize,
}

impl AttentionShape {
    /// `None` where heads differ.
    pub(super) fn new(q: &CpuTensor, k: &CpuTensor) -> Option<Self> {
        match (q.shape(), k.shape()) {
            (&[queries, heads, d_head], &[keys, ..]) if k.shape()[1..] == [heads, d_head] => {
                Some(Self {
                    heads,
                    queries,
                    keys,
                    d_head,
                })
            }
            _ => None,
        }
    }

    /// The keys of one head as columns, times the scale of the scores.
    pub(super) fn pack_keys(&self, panels: &mut Panels, k: &[f32], head: usize, attend: Attend) {
        let (d_head, stride) = (self.d_head, self.heads * self.d_head);
        let k = k.get(head * d_head..).unwrap_or_default();
        panels.repack_transposed(k, stride, d_head, self.keys, attend.scale);
    }

    /// How many keys query `query` may see: those up to its own position.
    pub(super) fn visible(&self, query: usize, attend: Attend) -> usize {
        if attend.causal {
            // Written so that it stays right where there are more queries than keys.
            (self.keys + query + 1)
                .saturating_sub(self.queries)
                .min(self.keys)
        } else {
            self.keys
        }
    }

    /// Scores of the queries from `first` on, as many as `out` `[.., key]` has rows of zeros.
    pub(super) fn score_tile(
        &self,
        q: &[f32],
        keys: &Panels,
        head: usize,
        first: usize,
        attend: Attend,
        out: &mut [f32],
    ) {
        if out.is_empty() {
            return;
        }
        let count = out.len() / self.keys;
        let stride = self.heads * self.d_head;
        // Only the panels that the last of these queries can see.
        let seen = self.visible(first + count - 1, attend);
        let columns = seen.next_multiple_of(LANES).min(self.keys);
        if self.d_head > 0 {
            let rows = Rows {
                numbers: &q[first * stride + head * self.d_head..],
                stride,
            };
            let scores = RowsMut {
                numbers: out,
                stride: self.keys,
            };
            add_product(rows, keys, 0..self.d_head, columns, scores, count);
        }
        for (row, scores) in out.chunks_exact_mut(self.keys).enumerate() {
            scores[self.visible(first + row, attend)..].fill(f32::NEG_INFINITY);
        }
    }
}
