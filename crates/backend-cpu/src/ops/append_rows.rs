use glasshouse_tensor::Result;

use super::misfit;
use crate::CpuTensor;

/// `[n, …]` and `[m, …]` → `[n + m, …]`.
pub(crate) fn append_rows(x: &CpuTensor, more: &CpuTensor) -> Result<CpuTensor> {
    let ([n, row @ ..], [m, other @ ..]) = (x.shape(), more.shape()) else {
        return Err(misfit("append_rows", &[x, more]));
    };
    if row != other {
        return Err(misfit("append_rows", &[x, more]));
    }
    let numbers = [&*x.numbers()?, &*more.numbers()?].concat();
    CpuTensor::new(&[&[n + m], row].concat(), numbers)
}
