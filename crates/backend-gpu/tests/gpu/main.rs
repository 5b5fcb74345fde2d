//! The kernels on a native adapter (Mesa's lavapipe will do) against plain scalar references.
//!
//! Without an adapter these tests fail: a missing driver must not look like success. Where none is to
//! be expected, say so with `GLASSHOUSE_NO_GPU=1`.

mod attention;
mod edit;
mod elements;
mod failure;
mod memory;
mod norm;
mod products;
mod stage;
