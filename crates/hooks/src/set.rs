use std::collections::BTreeSet;

use glasshouse_tensor::{Backend, Error, HostTensor, MOST_TOP, Result};

use crate::{Axis, Edit, HookPoint};

/// Where the edit `mean` finds the data-set mean of a hook.
pub trait MeanSource {
    /// The mean at `point` over all positions of the data set's texts, or `None` where the model
    /// folder has none.
    fn mean(&self, point: HookPoint) -> Option<&HostTensor>;
}

/// A module in the middle of a model: what comes to its point goes on as what it makes of it.
pub trait Splice<B: Backend> {
    /// Where it sits.
    fn point(&self) -> HookPoint;

    /// What goes on instead of `x`, in the same shape. Its own activations pass through `hooks`.
    ///
    /// # Errors
    /// As [`Hooks::at`].
    fn pass(&self, backend: &B, x: B::Tensor, hooks: &mut Hooks<'_, B>) -> Result<B::Tensor>;
}

/// What one run captures, edits and splices in, and what it has captured so far.
pub struct Hooks<'m, B: Backend> {
    wanted: BTreeSet<HookPoint>,
    wanted_top: Vec<(HookPoint, usize)>,
    edits: Vec<Edit>,
    splices: Vec<&'m dyn Splice<B>>,
    means: Option<&'m dyn MeanSource>,
    first: usize,
    length: usize,
    captured: Vec<(HookPoint, B::Tensor)>,
    captured_top: Vec<(HookPoint, B::Tensor)>,
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
        // Inserted one by one: collecting would sort first, and compile a sort.
        let mut set = BTreeSet::new();
        set.extend(wanted);
        Self {
            wanted: set,
            wanted_top: Vec::new(),
            edits,
            splices: Vec::new(),
            means,
            first: 0,
            length: 0,
            captured: Vec::new(),
            captured_top: Vec::new(),
        }
    }

    /// Also captures, of each position, the so many largest entries of the last axis at these points.
    pub fn with_top(mut self, top: impl IntoIterator<Item = (HookPoint, usize)>) -> Self {
        self.wanted_top = top.into_iter().collect();
        self
    }

    /// Also splices these modules in, at most one at each point.
    pub fn with_splices(mut self, splices: impl IntoIterator<Item = &'m dyn Splice<B>>) -> Self {
        self.splices = splices.into_iter().collect();
        self
    }

    /// Says that the run computes the positions from `first` on of a text of `length` positions.
    pub fn begin(&mut self, first: usize, length: usize) {
        self.first = first;
        self.length = length;
        self.captured.clear();
        self.captured_top.clear();
    }

    /// Whether anything happens at `point`. Only where nothing does may the model fuse past it.
    pub fn watches(&self, point: HookPoint) -> bool {
        self.wanted.contains(&point)
            || self.wanted_top.iter().any(|&(wanted, _)| wanted == point)
            || self.edits(point)
            || self.splices.iter().any(|splice| splice.point() == point)
    }

    /// Whether `point` is edited.
    pub fn edits(&self, point: HookPoint) -> bool {
        self.edits.iter().any(|edit| edit.hook == point)
    }

    /// Passes `tensor` through `point`: first the edits, then the capture, then the module that is
    /// spliced in.
    ///
    /// # Errors
    /// [`Error::BadEdit`] where an edit does not fit the tensor; [`Error::BadInput`] where it has not
    /// as many largest entries as are wanted.
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
        for &(_, k) in self
            .wanted_top
            .iter()
            .filter(|(wanted, _)| *wanted == point)
        {
            check_top(point, backend.shape(&tensor), k)?;
            self.captured_top.push((point, backend.top_k(&tensor, k)?));
        }
        let splice = self.splices.iter().find(|splice| splice.point() == point);
        match splice.copied() {
            Some(splice) => splice.pass(backend, tensor, self),
            None => Ok(tensor),
        }
    }

    /// Takes out the largest entries that were captured, in firing order, each as
    /// [`Backend::top_k`] gives it.
    pub fn take_top(&mut self) -> Vec<(HookPoint, B::Tensor)> {
        std::mem::take(&mut self.captured_top)
    }

    /// What was captured, in firing order.
    pub fn into_captured(self) -> Vec<(HookPoint, B::Tensor)> {
        self.captured
    }
}

/// Refuses what [`Backend::top_k`] could not do.
fn check_top(point: HookPoint, shape: &[usize], k: usize) -> Result<()> {
    let &[_, width] = shape else {
        return Err(Error::BadInput(format!(
            "The largest features of {point} cannot be listed: its shape is {shape:?}, not [pos, feature]."
        )));
    };
    debug_assert_eq!(point.axes()[0], Axis::Position);
    match (1..=width.min(MOST_TOP)).contains(&k) {
        true => Ok(()),
        false => Err(Error::BadInput(format!(
            "{point} has {width} features, of which from 1 to {} can be listed, not {k}.",
            width.min(MOST_TOP)
        ))),
    }
}
