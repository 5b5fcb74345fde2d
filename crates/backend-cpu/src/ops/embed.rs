use glasshouse_tensor::{Error, Result};

use super::misfit;
use crate::CpuTensor;

/// Rows of `table` `[rows, width]` chosen by `ids` → `[ids, width]`.
pub(crate) fn embed(table: &CpuTensor, ids: &[u32]) -> Result<CpuTensor> {
    let &[rows, width] = table.shape() else {
        return Err(misfit("embed", &[table]));
    };
    let numbers = table.numbers()?;
    let mut embedded = Vec::with_capacity(ids.len() * width);
    for &id in ids {
        let id = id as usize;
        if id >= rows {
            return Err(Error::Internal(format!(
                "embed was asked for row {id} of {rows}"
            )));
        }
        embedded.extend_from_slice(&numbers[id * width..][..width]);
    }
    CpuTensor::new(&[ids.len(), width], embedded)
}
