//! The border between the page and the models that train in it: a wasm module of its own, so that a
//! page of toy models loads neither transformers nor what reads their folders.
//!
//! * [`superposition`], [`dictionary`]: toy models and sparse autoencoders in training, on a backend that
//!   has proved itself.
//! * `border`, `dictionary_border`, `theory` (wasm only): the same, the controls and the exact values as
//!   JavaScript sees them.

#[cfg(target_arch = "wasm32")]
mod border;
pub mod dictionary;
#[cfg(target_arch = "wasm32")]
mod dictionary_border;
mod proof;
pub mod superposition;
#[cfg(target_arch = "wasm32")]
mod theory;
