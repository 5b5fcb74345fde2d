use std::collections::BTreeSet;

use glasshouse_tensor::{Backend, HostTensor, Result};

use crate::{Edit, HookPoint};

/// Where the edit `mean` finds the data-set mean of a hook.
pub trait MeanSource {
    /// The mean at `point` over all positions of the data set's texts, or `None` where the model
    /// folder has none.
    fn mean(&self, point: HookPoint) -> Option<&HostTensor>;
}

/// What one run captures and edits, and what it has captured so far.
pub struct Hooks<'m, B: Backend> {
    wanted: BTreeSet<HookPoint>,
    edits: Vec<Edit>,
    means: Option<&'m dyn MeanSource>,
    first: usize,
    length: usize,
    captured: Vec<(HookPoint, B::Tensor)>,
}

impl<'m, B: Backend> Hooks<'m, B> {
    /// No looking, no touching.
    pub fn none() -> Self {
        Self::new([], Vec::new(), None)
    }

    /// Captures `wanted` and applies `edits` in order; `means` serves the edit `mean`.
    pub fn new(
        wanted: impl IntoIterator<Item = HookPoint>,
        edits: Vec<Edit>,
        means: Option<&'m dyn MeanSource>,
    ) -> Self {
        Self {
            wanted: wanted.into_iter().collect(),
            edits,
            means,
            first: 0,
            length: 0,
            captured: Vec::new(),
        }
    }

    /// Says that the run computes the positions from `first` on of a text of `length` positions.
    pub fn begin(&mut self, first: usize, length: usize) {
        self.first = first;
        self.length = length;
        self.captured.clear();
    }

    /// Whether `point` is captured or edited. Only where it is not may the model fuse past it.
    pub fn watches(&self, point: HookPoint) -> bool {
        self.wanted.contains(&point) || self.edits.iter().any(|edit| edit.hook == point)
    }

    /// Passes `tensor` through `point`: first the edits, then the capture.
    ///
    /// # Errors
    /// [`glasshouse_tensor::Error::BadEdit`] where an edit does not fit the tensor.
    pub fn at(&mut self, backend: &B, point: HookPoint, tensor: B::Tensor) -> Result<B::Tensor> {
        let mut tensor = tensor;
        for edit in self.edits.iter().filter(|edit| edit.hook == point) {
            let mean = self.means.and_then(|means| means.mean(point));
            let plan = edit.plan(backend.shape(&tensor), self.first, self.length, mean)?;
            tensor = backend.edit(&tensor, &plan)?;
        }
        if self.wanted.contains(&point) {
            self.captured.push((point, tensor.clone()));
        }
        Ok(tensor)
    }

    /// What was captured, in firing order.
    pub fn into_captured(self) -> Vec<(HookPoint, B::Tensor)> {
        self.captured
    }
}
