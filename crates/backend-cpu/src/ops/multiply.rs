use glasshouse_tensor::Result;

use super::misfit;
use crate::CpuTensor;

/// `x · y`, element by element; `y` has `x`'s shape or a suffix of it.
#[inline(never)]
pub(crate) fn multiply(x: &CpuTensor, y: &CpuTensor) -> Result<CpuTensor> {
    if !x.shape().ends_with(y.shape()) {
        return Err(misfit("multiply", &[x, y]));
    }
    let (numbers, factors) = (x.numbers()?, y.numbers()?);
    let mut product = Vec::with_capacity(numbers.len());
    for row in numbers.chunks_exact(factors.len().max(1)) {
        product.extend(row.iter().zip(&*factors).map(|(x, y)| x * y));
    }
    CpuTensor::new(x.shape(), product)
}
