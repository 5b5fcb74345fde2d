use glasshouse_tensor::Result;

use super::misfit;
use crate::CpuTensor;

/// Sum over heads and bias: `[pos, head, d_model]` + `b [d_model]` → `[pos, d_model]`.
#[inline(never)]
pub(crate) fn sum_heads(results: &CpuTensor, b: &CpuTensor) -> Result<CpuTensor> {
    let &[pos, heads, d_model] = results.shape() else {
        return Err(misfit("sum_heads", &[results, b]));
    };
    if b.shape() != [d_model] {
        return Err(misfit("sum_heads", &[results, b]));
    }
    let numbers = results.numbers()?;
    let mut sums = b.numbers()?.repeat(pos);
    if d_model > 0 {
        for (row, sum) in sums.chunks_exact_mut(d_model).enumerate() {
            let heads = &numbers[row * heads * d_model..][..heads * d_model];
            for head in heads.chunks_exact(d_model) {
                for (sum, x) in sum.iter_mut().zip(head) {
                    *sum += x;
                }
            }
        }
    }
    CpuTensor::new(&[pos, d_model], sums)
}
