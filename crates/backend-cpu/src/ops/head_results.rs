use glasshouse_tensor::Result;

use super::misfit;
use crate::{
    CpuTensor,
    product::{Rows, RowsMut, add_product},
};

/// `z [pos, head, d_head] · w_o [head, d_head, d_model]` → `[pos, head, d_model]`.
#[inline(never)]
pub(crate) fn head_results(z: &CpuTensor, w_o: &CpuTensor) -> Result<CpuTensor> {
    let (&[pos, heads, d_head], &[w_heads, w_head, d_model]) = (z.shape(), w_o.shape()) else {
        return Err(misfit("head_results", &[z, w_o]));
    };
    if (heads, d_head) != (w_heads, w_head) {
        return Err(misfit("head_results", &[z, w_o]));
    }
    let numbers = z.numbers()?;
    let mut results = vec![0.0; pos * heads * d_model];
    // One packing serves `linear` too: a head's matrix is a range of rows of the whole one.
    w_o.with_panels(heads * d_head, d_model, |panels| {
        for head in 0..heads {
            let (first, last) = (head * d_head, (head + 1) * d_head);
            if results.is_empty() || first == last {
                continue;
            }
            let rows = Rows {
                numbers: &numbers[first..],
                stride: heads * d_head,
            };
            let out = RowsMut {
                numbers: &mut results[head * d_model..],
                stride: heads * d_model,
            };
            add_product(rows, panels, first..last, d_model, out, pos);
        }
    })?;
    CpuTensor::new(&[pos, heads, d_model], results)
}
