//! What crosses rooms: reference values (`parity`), twins (`twins`), laws (`laws`).
//!
//! This library is what those tests share: the two engines, the reference folders, one run read back,
//! and the one measure of closeness.

mod closeness;
mod engines;
mod golden;
mod golden_sae;
mod random;
mod run;

pub use closeness::{Findings, relative_error};
pub use engines::{cpu, gpu, wait};
pub use golden::{EditCase, Golden};
pub use golden_sae::GoldenSae;
pub use random::Draw;
pub use run::{Run, run};
