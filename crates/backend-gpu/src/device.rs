use std::cell::RefCell;
use std::rc::Rc;

use glasshouse_tensor::{Error, Result};

use crate::failure::Failure;
#[cfg(not(target_arch = "wasm32"))]
use crate::failure::translated;
use crate::pipelines::Pipelines;
use crate::pool::Pool;
use crate::recording::Recording;

/// What the kernels need, all within WebGPU's defaults: a phone in compatibility mode may have less.
const INVOCATIONS: u32 = 64;
const STORAGE_BUFFERS: u32 = 5;
const WORKGROUP_BYTES: u32 = 16_384;

/// A graphics device that computes: a cheap handle.
///
/// It belongs to the thread that made it. When the last handle is dropped, the device is destroyed and
/// gives back all its memory at once.
#[derive(Clone)]
pub struct Gpu(Rc<Inner>);

pub(crate) struct Inner {
    // The recording first: it holds guards that must go before the device is destroyed.
    pub(crate) recording: RefCell<Recording>,
    pub(crate) pipelines: RefCell<Pipelines>,
    pub(crate) pool: Rc<RefCell<Pool>>,
    pub(crate) staging: RefCell<Option<wgpu::Buffer>>,
    pub(crate) failure: Failure,
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    /// Largest tensor.
    pub(crate) most_bytes: u64,
    /// Largest buffer that no kernel binds.
    pub(crate) most_buffer_bytes: u64,
    adapter_name: String,
    is_software: bool,
}

impl Drop for Inner {
    fn drop(&mut self) {
        *self.recording.borrow_mut() = Recording::default();
        self.device.destroy();
    }
}

impl Gpu {
    /// The fastest adapter of this machine, with as much memory as it allows.
    ///
    /// # Errors
    /// [`Error::NoWebGpu`] where there is none, or none that the kernels can run on.
    pub async fn request() -> Result<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|error| {
                Error::NoWebGpu(match cfg!(target_arch = "wasm32") {
                    // In a browser wgpu's reasons name what was compiled in: nothing to a reader.
                    true => "This browser offers no WebGPU adapter.".to_owned(),
                    false => format!("No graphics adapter was found: {error}."),
                })
            })?;
        Self::from_adapter(&adapter).await
    }

    /// A device of a given adapter.
    ///
    /// # Errors
    /// [`Error::NoWebGpu`] where the kernels cannot run on it.
    pub async fn from_adapter(adapter: &wgpu::Adapter) -> Result<Self> {
        let offered = adapter.limits();
        if offered.max_compute_invocations_per_workgroup < INVOCATIONS
            || offered.max_storage_buffers_per_shader_stage < STORAGE_BUFFERS
            || offered.max_compute_workgroup_storage_size < WORKGROUP_BYTES
        {
            return Err(Error::NoWebGpu(
                "The graphics adapter is too small for the kernels.".into(),
            ));
        }
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("glasshouse"),
                // WebGPU's defaults, or less where the adapter has less; only sizes as large as it has.
                required_limits: wgpu::Limits {
                    max_buffer_size: offered.max_buffer_size,
                    max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
                    ..wgpu::Limits::default().or_worse_values_from(&offered)
                },
                ..Default::default()
            })
            .await
            .map_err(|error| Error::NoWebGpu(format!("The graphics adapter refused: {error}")))?;

        let failure = Failure::default();
        let lost = failure.clone();
        device.set_device_lost_callback(move |_, reason| {
            lost.report(Error::DeviceLost(reason_or_default(reason)));
        });
        watch_for_errors(&device, failure.clone());
        let info = device.adapter_info();
        let adapter_name = adapter_name(&device, &info);
        let lower_case = adapter_name.to_ascii_lowercase();
        let limits = device.limits();
        Ok(Self(Rc::new(Inner {
            recording: RefCell::default(),
            pipelines: RefCell::default(),
            pool: Rc::default(),
            staging: RefCell::default(),
            failure,
            // A multiple of the grain of sizes; indices in the kernels are 32 bits.
            most_bytes: limits
                .max_storage_buffer_binding_size
                .min(limits.max_buffer_size)
                .min(1 << 32)
                & !255,
            most_buffer_bytes: limits.max_buffer_size & !255,
            is_software: info.device_type == wgpu::DeviceType::Cpu
                || ["swiftshader", "llvmpipe"]
                    .iter()
                    .any(|name| lower_case.contains(name)),
            adapter_name,
            device,
            queue,
        })))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// What the adapter calls itself: `llvmpipe (LLVM 15.0.6, 256 bits)`, `apple metal-3`; browsers
    /// tell only a little, or nothing.
    pub fn adapter_name(&self) -> &str {
        &self.0.adapter_name
    }

    /// Whether the adapter is a program on the CPU, which is slower than the CPU backend.
    pub fn is_software(&self) -> bool {
        self.0.is_software
    }

    /// Destroys the device, as if it had been lost: everything fails from now on with
    /// [`Error::DeviceLost`]. This is how tests, and readers, see the fallback work.
    pub fn lose_device(&self) {
        self.0
            .failure
            .report(Error::DeviceLost("it was given up on request".into()));
        self.0.device.destroy();
    }

    /// Whether the device is known to be lost.
    pub fn is_lost(&self) -> bool {
        self.0.failure.is_lost()
    }

    /// Refuses, with [`Error::OutOfMemory`], to hold more than `bytes` in tensors and in buffers kept
    /// for the next ones. Without it the device decides.
    pub fn limit_memory(&self, bytes: u64) {
        self.0.pool.borrow_mut().limit(bytes);
    }

    /// Bytes of all tensors, and of the buffers kept for the next ones.
    pub fn allocated_bytes(&self) -> u64 {
        self.0.pool.borrow().allocated_bytes()
    }

    /// How many buffers tensors hold.
    pub fn live_buffers(&self) -> usize {
        self.0.pool.borrow().live_buffers()
    }
}

fn reason_or_default(reason: String) -> String {
    if reason.is_empty() {
        "the system took it away".into()
    } else {
        reason
    }
}

/// Errors outside of every recording, such as a kernel that the driver fails to compile.
#[cfg(not(target_arch = "wasm32"))]
fn watch_for_errors(device: &wgpu::Device, failure: Failure) {
    device.on_uncaptured_error(std::sync::Arc::new(move |error: wgpu::Error| {
        failure.report(translated(&error));
    }));
}

/// Not through wgpu, whose own handler panics on a `GPUInternalError`.
#[cfg(target_arch = "wasm32")]
fn watch_for_errors(device: &wgpu::Device, failure: Failure) {
    use wasm_bindgen::JsValue;
    use wasm_bindgen::closure::Closure;

    let Some(device) = device.as_webgpu() else {
        return;
    };
    let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let error = js_sys::Reflect::get(&event, &"error".into()).unwrap_or_default();
        let class = js_sys::Reflect::get(&error, &"constructor".into()).unwrap_or_default();
        let message = text(&error, "message");
        failure.report(if text(&class, "name") == "GPUOutOfMemoryError" {
            Error::OutOfMemory(message)
        } else {
            Error::Internal(message)
        });
    });
    let set = js_sys::Reflect::set(
        device.as_ref(),
        &"onuncapturederror".into(),
        handler.as_ref(),
    );
    // One small closure per device, for as long as the device may call it.
    if set.is_ok() {
        handler.forget();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn adapter_name(_device: &wgpu::Device, info: &wgpu::AdapterInfo) -> String {
    info.name.clone()
}

/// wgpu passes on the description alone, which browsers leave empty.
#[cfg(target_arch = "wasm32")]
fn adapter_name(device: &wgpu::Device, info: &wgpu::AdapterInfo) -> String {
    if !info.name.is_empty() {
        return info.name.clone();
    }
    let Some(device) = device.as_webgpu() else {
        return String::new();
    };
    let info = js_sys::Reflect::get(device.as_ref(), &"adapterInfo".into()).unwrap_or_default();
    let words = [text(&info, "vendor"), text(&info, "architecture")];
    words.join(" ").trim().to_owned()
}

/// A property as text; empty where it is absent.
#[cfg(target_arch = "wasm32")]
fn text(object: &wasm_bindgen::JsValue, property: &str) -> String {
    js_sys::Reflect::get(object, &property.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}
