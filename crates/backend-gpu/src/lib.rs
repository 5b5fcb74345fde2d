//! [`Backend`](glasshouse_tensor::Backend) on wgpu: WebGPU in the browser, Vulkan or Metal natively,
//! from the same source.
//!
//! Operations record compute dispatches into one pass; [`Backend::read`](glasshouse_tensor::Backend::read)
//! submits it and waits for one copy. Tensors are handles to storage buffers that come from a pool and
//! go back to it when the last handle is dropped.
//!
//! [`Gpu::update`] runs a kernel over a tensor that stays: programs such as a trainer keep their state on
//! the device, step after step.
//!
//! **−∞.** WGSL lets a compiler assume that no float is infinite. Masked scores are therefore handled as
//! bit patterns wherever they can occur: `attention_scores` writes them, `softmax`, `edit`, `rows` and
//! `append_rows` read them as integers, and the host receives exactly `f32::NEG_INFINITY`. Other
//! operations promise nothing about infinities and NaN.
//!
//! **Failure.** A lost device and a refused allocation surface from the next operation or from `read`
//! as [`DeviceLost`](glasshouse_tensor::Error::DeviceLost) or
//! [`OutOfMemory`](glasshouse_tensor::Error::OutOfMemory); nothing panics, nothing hangs.

mod arena;
mod arrival;
mod backend;
mod device;
mod edit;
mod failure;
mod operands;
mod pipelines;
mod pool;
mod readback;
mod recording;
mod resident;

pub use device::Gpu;
pub use pool::GpuTensor;
