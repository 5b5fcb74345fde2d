//! What the wasm modules share at the border.
//!
//! * [`report`]: which backend computes, and the proof that it computes what it should.
//! * [`device`]: one graphics device for everything in a module.
//! * `js` (wasm only): values, requests and errors as JavaScript's.

pub mod device;
#[cfg(target_arch = "wasm32")]
pub mod js;
pub mod report;

pub use report::{BackendReport, Choice, SelfCheck, TOLERANCE};
