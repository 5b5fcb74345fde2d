//! Toy models of superposition: n features squeezed through m dimensions and back,
//! `x' = ReLU(Wᵀ W x + b)` (Elhage et al., "Toy models of superposition", 2022), and their variants.
//!
//! * [`Request`] → [`Settings`]: what may be asked, checked.
//! * [`CpuTrainer`]: many models at once on one CPU thread; our own gradients, fused with the data.
//! * [`GpuTrainer`]: the same on the graphics device, where the models stay.
//! * [`Run`]: models in training on either backend.
//! * [`Geometry`]: what W looks like, with the solids that its features form.
//! * [`control`], [`exact`], [`phase`]: what chance shows, and what theory says.
//!
//! **Data rule.** Feature `i` of sample `s` at step `t` is made of one word of Threefry under the key
//! `[seed, stream, 0, 0]`: word `(s / 8) mod 4` of the counter `[8·⌊s / 32⌋ + s mod 8, i, t, 0]`. The feature
//! is on where the word is below `density · 2³²`; its value is the word times an odd constant, the top
//! 24 bits over 2²⁴. Between word and value every operation is exact, so the data are the same bits on
//! every machine, on the CPU and on the GPU.
//!
//! **Same bits.** A model depends on its own settings and seed alone, never on the models beside it.
//! Sums run in one fixed order over eight lanes, so that training gives the same bits natively and in
//! WebAssembly.

pub mod control;
mod cpu;
mod draw;
pub mod exact;
mod expectation;
mod geometry;
mod gpu;
#[cfg(test)]
mod gradient_tests;
mod init;
mod interference;
pub mod phase;
#[cfg(test)]
mod reference;
mod report;
mod run;
mod settings;
mod solid;
mod tile;

pub use cpu::{CpuTrainer, Slice, held_out_loss};
pub use geometry::{Geometry, REPRESENTED, gram};
pub use gpu::GpuTrainer;
pub use interference::Interference;
pub use report::{HELD_OUT_SAMPLES, InstanceReport};
pub use run::{RACE_STEPS, Run};
pub use settings::{Activation, Correlation, InstanceSettings, Request, Settings, Task};
pub use solid::{COSINE_TOLERANCE, DIMENSIONALITY_TOLERANCE, Group, Kind, SHARE, SOLIDS};
