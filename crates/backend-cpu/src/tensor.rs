use std::{cell::OnceCell, ops::Deref, rc::Rc};

use candle_core::{CpuStorage, Device, Storage, StorageRef, Tensor};
use glasshouse_tensor::{Error, Result};

use crate::panels::Panels;

/// A handle on numbers in main memory; cloning does not copy them.
#[derive(Clone, Debug)]
pub struct CpuTensor {
    /// `f32` on the CPU, contiguous.
    tensor: Tensor,
    /// The same numbers as `linear` wants its weight; filled the first time that it is one.
    panels: Rc<OnceCell<Panels>>,
}

impl CpuTensor {
    /// Takes the numbers over without a copy.
    pub(crate) fn new(shape: &[usize], numbers: Vec<f32>) -> Result<Self> {
        Tensor::from_vec(numbers, shape, &Device::Cpu)
            .map(Self::from)
            .map_err(internal)
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.tensor.dims()
    }

    /// The numbers, row-major.
    pub(crate) fn numbers(&self) -> Result<impl Deref<Target = [f32]> + '_> {
        let (storage, layout) = self.tensor.storage_and_layout();
        let range = layout.contiguous_offsets();
        StorageRef::try_map(storage, |storage| match (storage, range) {
            (Storage::Cpu(CpuStorage::F32(numbers)), Some((start, end))) => numbers.get(start..end),
            _ => None,
        })
        .map_err(|_| Error::Internal("a tensor is not contiguous f32 on the CPU".into()))
    }

    /// The same numbers under another shape of equal size. A weight stays packed.
    pub(crate) fn reshape(&self, shape: &[usize]) -> Result<Self> {
        // candle multiplies the axes unchecked.
        let elements = shape
            .iter()
            .try_fold(1usize, |n, &axis| n.checked_mul(axis));
        if elements != Some(self.tensor.elem_count()) {
            return Err(Error::Internal(format!(
                "reshape cannot make {shape:?} of {:?}",
                self.shape()
            )));
        }
        Ok(Self {
            tensor: self.tensor.reshape(shape).map_err(internal)?,
            panels: self.panels.clone(),
        })
    }

    /// `count` entries of the first axis from `start` on, without a copy.
    pub(crate) fn rows(&self, start: usize, count: usize) -> Result<Self> {
        self.tensor
            .narrow(0, start, count)
            .map(Self::from)
            .map_err(internal)
    }

    /// Hands `use_panels` the numbers, seen as a matrix `[depth, columns]`, as packed panels. They are
    /// packed once for a weight's life; only another view of the same numbers packs for itself.
    pub(crate) fn with_panels<T>(
        &self,
        depth: usize,
        columns: usize,
        use_panels: impl FnOnce(&Panels) -> T,
    ) -> Result<T> {
        let pack = || Ok(Panels::pack(&self.numbers()?, columns, depth, columns));
        let panels = match self.panels.get() {
            Some(panels) => panels,
            None => {
                let packed = pack()?;
                self.panels.get_or_init(|| packed)
            }
        };
        if panels.depth() == depth && panels.columns() == columns {
            Ok(use_panels(panels))
        } else {
            Ok(use_panels(&pack()?))
        }
    }
}

impl From<Tensor> for CpuTensor {
    fn from(tensor: Tensor) -> Self {
        Self {
            tensor,
            panels: Rc::default(),
        }
    }
}

/// candle refuses only what does not fit together, which is a defect of the caller.
fn internal(refusal: candle_core::Error) -> Error {
    Error::Internal(refusal.to_string())
}
