use glasshouse_tensor::Result;

use super::misfit;
use crate::{
    CpuTensor,
    product::{Rows, RowsMut, add_product},
};

/// `x [pos, d_in] · w [d_in, d_out] + b [d_out]` → `[pos, d_out]`. The weight is packed on first use.
#[inline(never)]
pub(crate) fn linear(x: &CpuTensor, w: &CpuTensor, b: Option<&CpuTensor>) -> Result<CpuTensor> {
    let (&[pos, d_in], &[w_in, d_out]) = (x.shape(), w.shape()) else {
        return Err(misfit("linear", &[x, w]));
    };
    if d_in != w_in {
        return Err(misfit("linear", &[x, w]));
    }
    let mut y = match b {
        // Each sum starts at its bias.
        Some(b) if b.shape() == [d_out] => b.numbers()?.repeat(pos),
        Some(b) => return Err(misfit("linear", &[x, w, b])),
        None => vec![0.0; pos * d_out],
    };
    let numbers = x.numbers()?;
    w.with_panels(d_in, d_out, |panels| {
        let rows = Rows {
            numbers: &numbers,
            stride: d_in,
        };
        let out = RowsMut {
            numbers: &mut y,
            stride: d_out,
        };
        add_product(rows, panels, 0..d_in, d_out, out, pos);
    })?;
    CpuTensor::new(&[pos, d_out], y)
}
