use glasshouse_tensor::{Norm, Result};

use super::{misfit, norm_scale::centre_of};
use crate::CpuTensor;

/// `(x − mean) / scale · w + b` with `scale` `[pos, 1]`; no mean unless `norm` centres.
#[inline(never)]
pub(crate) fn normalize(
    x: &CpuTensor,
    scale: &CpuTensor,
    norm: Norm,
    w: Option<&CpuTensor>,
    b: Option<&CpuTensor>,
) -> Result<CpuTensor> {
    let &[pos, _] = x.shape() else {
        return Err(misfit("normalize", &[x, scale]));
    };
    if scale.shape() != [pos, 1] {
        return Err(misfit("normalize", &[x, scale]));
    }
    let scales = scale.numbers()?;
    normalize_rows(x, w, b, |index, row| (centre_of(row, norm), scales[index]))
}

/// Normalises each row of `x` `[pos, d]` by the centre and scale that `measure` gives for it.
pub(super) fn normalize_rows(
    x: &CpuTensor,
    w: Option<&CpuTensor>,
    b: Option<&CpuTensor>,
    measure: impl Fn(usize, &[f32]) -> (f32, f32),
) -> Result<CpuTensor> {
    let &[pos, d] = x.shape() else {
        return Err(misfit("layer_norm", &[x]));
    };
    for weight in [w, b].into_iter().flatten() {
        if weight.shape() != [d] {
            return Err(misfit("layer_norm", &[x, weight]));
        }
    }
    let numbers = x.numbers()?;
    let w = w.map(CpuTensor::numbers).transpose()?;
    let b = b.map(CpuTensor::numbers).transpose()?;
    let mut normalized = Vec::with_capacity(pos * d);
    for index in 0..pos {
        let row = &numbers[index * d..][..d];
        let (centre, scale) = measure(index, row);
        let centred = row.iter().map(|x| (x - centre) / scale);
        match (w.as_deref(), b.as_deref()) {
            (Some(w), Some(b)) => {
                normalized.extend(centred.zip(w).zip(b).map(|((x, w), b)| x * w + b))
            }
            (Some(w), None) => normalized.extend(centred.zip(w).map(|(x, w)| x * w)),
            (None, Some(b)) => normalized.extend(centred.zip(b).map(|(x, b)| x + b)),
            (None, None) => normalized.extend(centred),
        }
    }
    CpuTensor::new(&[pos, d], normalized)
}
