//! Values, requests and errors as JavaScript has them.

use glasshouse_tensor::Error;
use js_sys::{Float32Array, Reflect};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::JsValue;

use crate::{Choice, device};

/// What a function that JavaScript calls returns.
pub type JsResult<T> = Result<T, JsValue>;

/// Panics become readable before they end this module.
pub fn report_panics() {
    console_error_panic_hook::set_once();
}

/// `auto`, `webgpu` or `cpu`.
///
/// # Errors
/// Where it is none of these.
pub fn choice(backend: &str) -> JsResult<Choice> {
    match backend {
        "auto" => Ok(Choice::Auto),
        "webgpu" => Ok(Choice::WebGpu),
        "cpu" => Ok(Choice::Cpu),
        other => Err(thrown(Error::BadInput(format!(
            "There is no backend \"{other}\"; there are auto, webgpu and cpu."
        )))),
    }
}

/// Plain objects and `null`, as the page expects them.
///
/// # Errors
/// Where a value has no such form, a defect of ours.
pub fn to_js(value: &impl Serialize) -> JsResult<JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|error| thrown(Error::Internal(error.to_string())))
}

/// A request that may be anything.
///
/// # Errors
/// Where it is not of the expected form.
pub fn asked<T: for<'de> Deserialize<'de>>(request: JsValue) -> JsResult<T> {
    from_value(request).map_err(|error| {
        thrown(Error::BadInput(format!(
            "The request cannot be read: {error}."
        )))
    })
}

/// A copy that JavaScript owns. `slice` fills fresh memory once, where the constructor of a
/// `Float32Array` clears it first, which takes longer than the copy.
pub fn copied(numbers: &[f32]) -> Float32Array {
    // SAFETY: the view ends with this expression, and nothing allocates in between.
    unsafe { Float32Array::view(numbers) }.slice(0, u32::MAX)
}

/// A JavaScript `Error` with the engine's code on it.
pub fn thrown(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    // Setting a property on a fresh object cannot fail.
    let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
    thrown.into()
}

/// `{wasmBytes, gpuBytes, gpuBuffers}` of this module.
///
/// # Errors
/// As [`to_js`].
pub fn memory() -> JsResult<JsValue> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Memory {
        wasm_bytes: f64,
        gpu_bytes: f64,
        gpu_buffers: usize,
    }
    let (gpu_bytes, gpu_buffers) = device::memory();
    to_js(&Memory {
        wasm_bytes: core::arch::wasm32::memory_size(0) as f64 * 65_536.0,
        gpu_bytes: gpu_bytes as f64,
        gpu_buffers,
    })
}
