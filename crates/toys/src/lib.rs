//! Models that are trained live, in the reader's own tab.
//!
//! * [`dictionary`]: small sparse autoencoders.
//! * [`superposition`]: toy models of superposition (Elhage et al. 2022), thousands at once.

mod adam;
pub mod dictionary;
mod simplex;
pub mod superposition;
mod words;
