//! Models that are trained live, in the reader's own tab.
//!
//! * [`superposition`]: toy models of superposition (Elhage et al. 2022), thousands at once.

mod adam;
mod simplex;
pub mod superposition;
mod words;
