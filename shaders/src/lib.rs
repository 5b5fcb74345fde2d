//! Every WGSL kernel in its own file, with the table of what each one binds.
//!
//! A kernel has the name of the operation of `glasshouse_tensor::Backend` that it computes. Its
//! entry point is [`ENTRY_POINT`], and its bindings, all in group 0, are in this order: the uniform
//! struct `params` of four-byte scalars, the buffers that it reads, the one buffer that it writes.
//! A test has naga validate every file and compare it with the table, before a GPU exists.

mod grid;
mod table;

pub use grid::Grid;
pub use table::*;

/// The entry point of every kernel.
pub const ENTRY_POINT: &str = "main";

/// A kernel and what it expects.
#[derive(Debug)]
pub struct Shader {
    /// The operation's name, and the file's.
    pub name: &'static str,
    /// WGSL, complete but for its comments.
    pub source: &'static str,
    /// Fields of the uniform struct at binding 0, each a `u32` or an `f32`, without gaps.
    pub params: &'static [&'static str],
    /// Read-only storage buffers at bindings 1, 2, …
    pub reads: &'static [&'static str],
    /// The storage buffer at the last binding.
    pub writes: &'static str,
    /// What its workgroups cover.
    pub grid: Grid,
}
