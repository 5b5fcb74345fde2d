use glasshouse_tensor::{Error, Result};

use crate::pool::GpuTensor;

/// The lengths of exactly `N` axes.
///
/// # Errors
/// [`Error::Internal`] where `x` has another number of axes.
pub(crate) fn axes<const N: usize>(op: &str, name: &str, x: &GpuTensor) -> Result<[usize; N]> {
    (&*x.shape).try_into().map_err(|_| {
        Error::Internal(format!(
            "{op}: {name} has shape {:?}, not {N} axes",
            x.shape
        ))
    })
}

/// Insists on a shape.
///
/// # Errors
/// [`Error::Internal`] where `x` has another one.
pub(crate) fn expect(op: &str, name: &str, x: &GpuTensor, shape: &[usize]) -> Result<()> {
    if *x.shape == *shape {
        return Ok(());
    }
    Err(Error::Internal(format!(
        "{op}: {name} has shape {:?}, not {shape:?}",
        x.shape
    )))
}

/// Insists on the size of an optional weight or bias.
///
/// # Errors
/// [`Error::Internal`] where it is there and has another shape.
pub(crate) fn expect_row(op: &str, name: &str, x: Option<&GpuTensor>, d: usize) -> Result<()> {
    x.map_or(Ok(()), |x| expect(op, name, x, &[d]))
}
