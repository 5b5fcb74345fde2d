use glasshouse_tensor::Result;

use super::misfit;
use crate::CpuTensor;

/// Rows of zeros with each number of `top` `[pos, 2, k]` at its index → `[pos, width]`.
#[inline(never)]
pub(crate) fn scatter(top: &CpuTensor, width: usize) -> Result<CpuTensor> {
    let &[pos, 2, k] = top.shape() else {
        return Err(misfit("scatter", &[top]));
    };
    let entries = top.numbers()?;
    let mut rows = vec![0.0; pos * width];
    if k > 0 && width > 0 {
        for (row, entries) in rows
            .chunks_exact_mut(width)
            .zip(entries.chunks_exact(2 * k))
        {
            let (numbers, indices) = entries.split_at(k);
            for (&number, &index) in numbers.iter().zip(indices) {
                if let Some(place) = row.get_mut(index as usize) {
                    *place = number;
                }
            }
        }
    }
    CpuTensor::new(&[pos, width], rows)
}
