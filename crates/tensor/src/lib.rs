//! What an operation is, without saying on which machine it runs.
//!
//! * [`HostTensor`]: numbers in row-major order with a shape, on the host.
//! * [`Backend`]: every operation the models are written in. `glasshouse-backend-cpu` and
//!   `glasshouse-backend-gpu` implement it; a twin test compares them operation by operation.
//! * [`Error`]: the one error type of the engine, each with a code that the JavaScript API shows.
//! * [`order`]: sorting, compiled once.
//! * [`random::Stream`]: a counter-based generator, the same bits on every machine.

mod backend;
mod error;
mod host;
pub mod order;
pub mod random;

pub use backend::{
    Activation, Attend, Backend, BackendKind, MOST_TOP, Norm, Rotation, SelectedAffine,
};
pub use error::{Error, Result};
pub use host::HostTensor;
