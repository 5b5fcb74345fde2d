//! The border between the page and the models that train in it: a wasm module of its own, so that a
//! page of toy models loads neither transformers nor what reads their folders.
//!
//! * [`superposition`]: toy models in training, on a backend that has proved itself.
//! * `border`, `dictionary`, `theory` (wasm only): the same, sparse autoencoders, the controls and the exact
//!   values as JavaScript sees them.

#[cfg(target_arch = "wasm32")]
mod border;
#[cfg(target_arch = "wasm32")]
mod dictionary;
pub mod superposition;
#[cfg(target_arch = "wasm32")]
mod theory;
