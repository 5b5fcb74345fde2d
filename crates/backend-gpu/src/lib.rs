//! The Backend on wgpu: WebGPU in the browser, Vulkan or Metal natively.
