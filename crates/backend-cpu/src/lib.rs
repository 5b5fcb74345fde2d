//! The `Backend` on one CPU thread, native or in WebAssembly.
//!
//! candle-core holds the numbers: every [`CpuTensor`] is a contiguous candle tensor of `f32`, and
//! uploading, reshaping and taking rows are candle's. What is hot is ours, one file per operation
//! under `ops`, on three small foundations: eight lanes, packed panels of weights with one
//! register-tiled product, and straight-line exponentials that vectorise.
//!
//! **Law:** a row's numbers depend on that row alone. Every output element is summed in one fixed
//! order in every path, so the same row gives the same bits whatever stands above or below it, in a
//! full tile or a partial one, natively or in WebAssembly. Reusing the rows of a common prefix is
//! therefore exact.

mod backend;
mod eight;
mod exponential;
mod ops;
mod panels;
mod product;
mod row;

mod tensor;

pub use backend::CpuBackend;
pub use eight::Eight;
pub use tensor::CpuTensor;
