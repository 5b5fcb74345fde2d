//! The engine as JavaScript sees it.

use std::rc::Rc;

use glasshouse_border::js::{self, JsResult, asked, choice, copied, thrown, to_js};
use glasshouse_model::RunOutput;
use glasshouse_tensor::{Error, HostTensor};
use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::request::{InductionRequest, RunRequest};
use crate::session::{ModelFiles, Session as Inner};

/// Panics become readable before they end this engine.
#[wasm_bindgen(start)]
pub fn start() {
    js::report_panics();
}

/// A model, loaded.
#[wasm_bindgen]
pub struct Session {
    pub(crate) inner: Rc<Inner>,
}

#[wasm_bindgen]
impl Session {
    /// `files`: `{config, weights, reference?, means?}`; `backend`: `auto`, `webgpu` or `cpu`.
    pub async fn load(files: JsValue, backend: String) -> JsResult<Session> {
        let choice = choice(&backend)?;
        let bytes = |name: &str| -> JsResult<Option<Vec<u8>>> {
            let value = Reflect::get(&files, &name.into())?;
            Ok(value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
        };
        let text = |name: &str| -> JsResult<Option<String>> {
            Ok(Reflect::get(&files, &name.into())?.as_string())
        };
        let files = ModelFiles {
            config: text("config")?.unwrap_or_default(),
            weights: bytes("weights")?.unwrap_or_default(),
            reference: text("reference")?,
            means: bytes("means")?,
        };
        let inner = Inner::load(files, choice).await.map_err(thrown)?;
        Ok(Self {
            inner: Rc::new(inner),
        })
    }

    /// `{config, backend, hooks, parameters, hasMeans}`
    pub fn describe(&self) -> JsResult<JsValue> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Description {
            backend: glasshouse_border::BackendReport,
            hooks: Vec<String>,
            parameters: usize,
            has_means: bool,
        }
        let description = to_js(&Description {
            backend: self.inner.backend(),
            hooks: self.inner.hooks().iter().map(ToString::to_string).collect(),
            parameters: self.inner.parameters(),
            has_means: self.inner.has_means(),
        })?;
        let config = js_sys::JSON::parse(self.inner.config_json())?;
        Reflect::set(&description, &"config".into(), &config)?;
        Ok(description)
    }

    /// `{tokens, hooks, edits, topFeatures, saes, logits}` and the tensors of its edits →
    /// `{tensors: [{name, shape, data}], topFeatures: [{name, shape, values, indices}], backend, reusedPositions}`
    pub async fn run(&self, request: JsValue, values: Array) -> JsResult<JsValue> {
        let request: RunRequest = asked(request)?;
        let values: Vec<Vec<f32>> = values
            .iter()
            .map(|value| value.dyn_into::<Float32Array>().map(|array| array.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| {
                thrown(Error::BadInput(
                    "An edit's tensor is no Float32Array.".into(),
                ))
            })?;
        let inner = Rc::clone(&self.inner);
        let run = inner.run(&request, &values).await.map_err(thrown)?;
        self.run_result(&run, request.logits)
    }

    /// The report behind `<glass-induction>`.
    pub async fn induction(&self, request: JsValue) -> JsResult<JsValue> {
        self.induction_report(asked(request)?, None).await
    }

    /// The same with the one-layer twin on the same text.
    #[wasm_bindgen(js_name = inductionWithTwin)]
    pub async fn induction_with_twin(&self, request: JsValue, twin: &Session) -> JsResult<JsValue> {
        self.induction_report(asked(request)?, Some(Rc::clone(&twin.inner)))
            .await
    }

    /// Really destroys the graphics device.
    #[wasm_bindgen(js_name = loseDevice)]
    pub fn lose_device(&self) {
        self.inner.lose_device();
    }

    /// Lets the graphics device hold no more than `bytes`.
    #[wasm_bindgen(js_name = limitGpuMemory)]
    pub fn limit_gpu_memory(&self, bytes: f64) {
        self.inner.limit_gpu_memory(bytes as u64); // a cast that saturates; NaN is 0
    }

    /// `{wasmBytes, gpuBytes, gpuBuffers}` of the whole engine.
    pub fn memory() -> JsResult<JsValue> {
        js::memory()
    }
}

impl Session {
    fn run_result(&self, run: &RunOutput, logits: bool) -> JsResult<JsValue> {
        let tensors = Array::new();
        for (point, tensor) in &run.captured {
            tensors.push(&named(&point.to_string(), tensor)?);
        }
        if logits {
            tensors.push(&named("logits", &run.logits)?);
        }
        let result = Object::new();
        Reflect::set(&result, &"tensors".into(), &tensors)?;
        let top = crate::sae_border::top_features(&run.top)?;
        Reflect::set(&result, &"topFeatures".into(), &top)?;
        Reflect::set(&result, &"backend".into(), &to_js(&self.inner.backend())?)?;
        Reflect::set(
            &result,
            &"reusedPositions".into(),
            &run.reused_positions.into(),
        )?;
        Ok(result.into())
    }

    async fn induction_report(
        &self,
        request: InductionRequest,
        twin: Option<Rc<Inner>>,
    ) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let report = inner
            .induction(&request, twin.as_deref())
            .await
            .map_err(thrown)?;
        let result = to_js(&report)?;
        let patterns = Array::new();
        for (layer, tensor) in report
            .patterns
            .iter()
            .enumerate()
            .filter(|_| request.patterns)
        {
            let pattern = shaped(tensor)?;
            Reflect::set(&pattern, &"layer".into(), &layer.into())?;
            patterns.push(&pattern);
        }
        let twin_backend = match &twin {
            Some(twin) => to_js(&twin.backend())?,
            None => JsValue::NULL,
        };
        Reflect::set(&result, &"patterns".into(), &patterns)?;
        Reflect::set(&result, &"backend".into(), &to_js(&inner.backend())?)?;
        Reflect::set(&result, &"twinBackend".into(), &twin_backend)?;
        Ok(result)
    }
}

/// `{shape, data}`
pub(crate) fn shaped(tensor: &HostTensor) -> JsResult<Object> {
    let object = Object::new();
    let shape: Array = tensor.shape().iter().map(|&n| JsValue::from(n)).collect();
    Reflect::set(&object, &"shape".into(), &shape)?;
    Reflect::set(&object, &"data".into(), &copied(tensor.data()))?;
    Ok(object)
}

/// `{name, shape, data}`
fn named(name: &str, tensor: &HostTensor) -> JsResult<JsValue> {
    let object = shaped(tensor)?;
    Reflect::set(&object, &"name".into(), &name.into())?;
    Ok(object.into())
}
