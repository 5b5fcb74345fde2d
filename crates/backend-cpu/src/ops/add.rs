use glasshouse_tensor::Result;

use super::misfit;
use crate::CpuTensor;

/// `x + y`; `y` has `x`'s shape or a suffix of it.
#[inline(never)]
pub(crate) fn add(x: &CpuTensor, y: &CpuTensor) -> Result<CpuTensor> {
    if !x.shape().ends_with(y.shape()) {
        return Err(misfit("add", &[x, y]));
    }
    let (numbers, more) = (x.numbers()?, y.numbers()?);
    let mut sum = Vec::with_capacity(numbers.len());
    for row in numbers.chunks_exact(more.len().max(1)) {
        sum.extend(row.iter().zip(&*more).map(|(x, y)| x + y));
    }
    CpuTensor::new(x.shape(), sum)
}
