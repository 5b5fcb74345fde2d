use glasshouse_tensor::Result;

use super::misfit;
use crate::CpuTensor;

/// `x` where `by` is above the threshold, which repeats over the leading axes; else 0.
#[inline(never)]
pub(crate) fn gate(x: &CpuTensor, by: &CpuTensor, threshold: &CpuTensor) -> Result<CpuTensor> {
    if x.shape() != by.shape() || !x.shape().ends_with(threshold.shape()) {
        return Err(misfit("gate", &[x, by, threshold]));
    }
    let (numbers, gates, bounds) = (x.numbers()?, by.numbers()?, threshold.numbers()?);
    let mut passed = Vec::with_capacity(numbers.len());
    let width = bounds.len().max(1);
    for (row, gates) in numbers.chunks_exact(width).zip(gates.chunks_exact(width)) {
        let row = row.iter().zip(gates).zip(&*bounds);
        passed.extend(row.map(|((&x, by), bound)| if by > bound { x } else { 0.0 }));
    }
    CpuTensor::new(x.shape(), passed)
}
