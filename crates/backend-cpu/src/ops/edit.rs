use glasshouse_tensor::{Error, Result, SelectedAffine};

use super::misfit;
use crate::CpuTensor;

/// The edited copy of `x`: `keep·x + gain·value` where all three axes are selected.
#[inline(never)]
pub(crate) fn edit(x: &CpuTensor, edit: &SelectedAffine) -> Result<CpuTensor> {
    let mut edited = x.numbers()?.to_vec();
    let [a, b, c] = edit.axes;
    let elements = a.checked_mul(b).and_then(|ab| ab.checked_mul(c));
    if elements != Some(edited.len()) {
        return Err(misfit("edit", &[x]));
    }
    let strides = value_strides(edit)?;
    let at = |axis: usize, index: usize| {
        let rank = edit.rank[axis][index];
        // Negative: not selected.
        usize::try_from(rank).ok().map(|rank| rank * strides[axis])
    };
    let value = edit.value.data();
    for i in 0..a {
        let Some(plane) = at(0, i) else { continue };
        for j in 0..b {
            let Some(row) = at(1, j) else { continue };
            for (k, x) in edited[(i * b + j) * c..][..c].iter_mut().enumerate() {
                let Some(column) = at(2, k) else { continue };
                let added = edit.gain * value[plane + row + column];
                // Not 0·x: that is NaN where x is infinite.
                *x = if edit.keep == 0.0 {
                    added
                } else {
                    edit.keep * *x + added
                };
            }
        }
    }
    CpuTensor::new(x.shape(), edited)
}

/// Distance in `value` between neighbours of the selection on each axis; 0 where it repeats.
///
/// # Errors
/// Where the ranks or the value do not fit the axes.
fn value_strides(edit: &SelectedAffine) -> Result<[usize; 3]> {
    let refuse = || {
        Error::Internal(format!(
            "edit of axes {:?} cannot take a value of shape {:?}",
            edit.axes,
            edit.value.shape()
        ))
    };
    let &[_, b, c] = edit.value.shape() else {
        return Err(refuse());
    };
    let mut strides = [b * c, c, 1];
    for (axis, stride) in strides.iter_mut().enumerate() {
        let (length, ranks) = (edit.value.shape()[axis], &edit.rank[axis]);
        let last = ranks.iter().copied().max().unwrap_or(-1);
        let fits = length == 1 || i64::from(last) < length as i64;
        if !fits || ranks.len() != edit.axes[axis] {
            return Err(refuse());
        }
        if length == 1 {
            *stride = 0;
        }
    }
    Ok(strides)
}
