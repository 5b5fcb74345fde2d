use glasshouse_shaders::EDIT;
use glasshouse_tensor::{Backend, Error, Result, SelectedAffine};

use crate::device::Gpu;
use crate::pool::GpuTensor;
use crate::recording::Input;

/// Values up to this many numbers travel with the recording; more get a buffer of their own.
const MOST_SMALL_VALUES: usize = 8 << 10;

impl Gpu {
    pub(crate) fn record_edit(&self, x: &GpuTensor, edit: &SelectedAffine) -> Result<GpuTensor> {
        let strides = value_strides(x, edit)?;
        let [a, b, c] = edit.axes;
        let ranks: Vec<i32> = edit.rank.iter().flatten().copied().collect();
        let held;
        let value = if edit.value.data().len() <= MOST_SMALL_VALUES {
            self.piece(edit.value.data())?
        } else {
            held = self.upload(&edit.value)?;
            Input::Tensor(&held)
        };
        self.dispatch(
            &EDIT,
            &[
                x.size() as u32,
                b as u32,
                c as u32,
                strides[0],
                strides[1],
                strides[2],
                edit.keep.to_bits(),
                edit.gain.to_bits(),
            ],
            &[x.into(), self.piece(&ranks)?, value],
            &x.shape,
            [a, b, c],
        )
    }
}

/// How far one rank on each axis moves in `value`: nothing where it repeats.
fn value_strides(x: &GpuTensor, edit: &SelectedAffine) -> Result<[u32; 3]> {
    let fault = |what: &str| Err(Error::Internal(format!("edit: {what}")));
    let axes_match = edit.axes.iter().product::<usize>() == x.size();
    if !axes_match || (0..3).any(|axis| edit.rank[axis].len() != edit.axes[axis]) {
        return fault("axes and ranks do not fit the tensor");
    }
    let Ok(lengths) = <[usize; 3]>::try_from(edit.value.shape()) else {
        return fault("the value has not three axes");
    };
    for (rank, &length) in edit.rank.iter().zip(&lengths) {
        let selected = rank.iter().max().map_or(0, |&largest| largest.max(-1) + 1) as usize;
        if length != 1 && length < selected {
            return fault("the value is smaller than the selection");
        }
    }
    let stride = |axis: usize| -> u32 {
        if lengths[axis] == 1 {
            return 0;
        }
        lengths[axis + 1..].iter().product::<usize>() as u32
    };
    Ok([stride(0), stride(1), stride(2)])
}
