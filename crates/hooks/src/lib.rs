//! Where and how one may look or touch.
//!
//! * [`HookPoint`]: a place in the model, named and shaped as in TransformerLens 2.x.
//! * [`Edit`]: one change at one place, as plain data, so that it fits into a URL and crosses to a worker.
//! * [`Splice`]: a module in the middle of a model, such as a sparse autoencoder.
//! * [`Hooks`]: what one run captures and edits. At every place: edit, then capture.

mod edit;
mod pattern;
mod point;
mod set;

pub use edit::{Edit, EditValue, How};
pub use pattern::{expand, nearest};
pub use point::{Axis, HookPoint, SaeSite, Site};
pub use set::{Hooks, MeanSource, Splice};
