//! What TransformerLens 2.16.1 computes, at every hook of every folder of `tests/golden`, on both engines:
//! within 1e-4 of each tensor's largest magnitude.

mod edits;
mod folders;
mod hooks;
mod saes;

/// The promise of the house: largest error relative to the tensor's largest magnitude.
const TOLERANCE: f32 = 1e-4;
