//! Toy models of superposition as JavaScript sees them.

use std::rc::Rc;

use glasshouse_border::BackendReport;
use glasshouse_border::js::{self, JsResult, asked, choice, thrown, to_js};
use glasshouse_tensor::Error;
use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::superposition::Superposition as Inner;

/// Panics become readable before they end this module.
#[wasm_bindgen(start)]
pub fn start() {
    js::report_panics();
}

/// Models in training.
#[wasm_bindgen]
pub struct Superposition {
    inner: Rc<Inner>,
}

#[wasm_bindgen]
impl Superposition {
    /// `settings`: as `superposition::Request`; `backend`: `auto`, `webgpu` or `cpu`.
    pub async fn create(settings: JsValue, backend: String) -> JsResult<Superposition> {
        let request = asked(settings).inspect_err(|error| {
            // What cannot be read is a bad setting, too.
            let _ = Reflect::set(
                error,
                &"code".into(),
                &Error::BadSettings(String::new()).code().into(),
            );
        })?;
        let inner = Inner::create(&request, choice(&backend)?).await;
        Ok(Self {
            inner: Rc::new(inner.map_err(thrown)?),
        })
    }

    /// `{backend, parameters, notes}`
    pub fn describe(&self) -> JsResult<JsValue> {
        #[derive(Serialize)]
        struct Description {
            backend: BackendReport,
            parameters: usize,
            notes: Vec<String>,
        }
        to_js(&Description {
            backend: self.inner.backend(),
            parameters: self.inner.parameters_per_model(),
            notes: self.inner.notes(),
        })
    }

    /// `{step, loss, diverged}`
    pub async fn train(&self, steps: u32) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let slice = inner.train(steps).await.map_err(thrown)?;
        let diverged: Vec<u8> = slice.diverged.iter().map(|&one| one.into()).collect();
        object(&[
            ("step", slice.step.into()),
            ("loss", Float32Array::from(&slice.loss[..]).into()),
            ("diverged", Uint8Array::from(&diverged[..]).into()),
        ])
    }

    /// `{w, w2, b}`
    pub async fn parameters(&self) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let all = inner.parameters().await.map_err(thrown)?;
        let array = |numbers: &[f32]| JsValue::from(Float32Array::from(numbers));
        object(&[
            ("w", array(&all.w)),
            ("w2", all.w2.as_deref().map_or(JsValue::NULL, array)),
            ("b", array(&all.b)),
        ])
    }

    /// `{step, samples, instances}` of the chosen models, or of all.
    pub async fn report(&self, instances: Option<Uint32Array>) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let chosen = instances.map(|indices| indices.to_vec());
        to_js(&inner.report(chosen).await.map_err(thrown)?)
    }

    /// Back to the initial weights.
    pub async fn reset(&self) -> JsResult<()> {
        let inner = Rc::clone(&self.inner);
        inner.reset().await.map_err(thrown)
    }

    /// `{wasmBytes, gpuBytes, gpuBuffers}` of the whole module.
    pub fn memory() -> JsResult<JsValue> {
        js::memory()
    }

    /// Really destroys the graphics device.
    #[wasm_bindgen(js_name = loseDevice)]
    pub fn lose_device(&self) {
        self.inner.lose_device();
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsResult<JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}
