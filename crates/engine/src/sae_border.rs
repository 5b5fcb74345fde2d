//! Sparse autoencoders as JavaScript sees them.

use std::rc::Rc;

use glasshouse_hooks::HookPoint;
use glasshouse_tensor::HostTensor;
use js_sys::{Array, Object, Reflect, Uint32Array};
use wasm_bindgen::prelude::*;

use crate::border::Session;
use crate::sae::SaeFiles;
use glasshouse_border::js::{JsResult, copied, thrown, to_js};

#[wasm_bindgen]
impl Session {
    /// The `cfg.json` and the weights of an SAE → `{sae, hook, hooks, d_in, d_sae}`. A run uses it
    /// where it names `sae`.
    #[wasm_bindgen(js_name = attachSae)]
    pub async fn attach_sae(&self, config: String, weights: Vec<u8>) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let attached = inner.attach_sae(SaeFiles { config, weights }).await;
        to_js(&attached.map_err(thrown)?)
    }

    /// Frees the SAE.
    #[wasm_bindgen(js_name = detachSae)]
    pub async fn detach_sae(&self, sae: u32) -> JsResult<()> {
        let inner = Rc::clone(&self.inner);
        inner.detach_sae(sae).await.map_err(thrown)
    }
}

/// `[{name, shape: [pos, k], values, indices}]`, largest first.
pub(crate) fn top_features(top: &[(HookPoint, HostTensor)]) -> JsResult<Array> {
    let list = Array::new();
    for (point, tensor) in top {
        let (pos, k) = (tensor.shape()[0], tensor.shape()[2]);
        let (mut values, mut indices) = (Vec::new(), Vec::new());
        for of_position in tensor.data().chunks_exact(2 * k) {
            let (numbers, places) = of_position.split_at(k);
            values.extend_from_slice(numbers);
            indices.extend(places.iter().map(|&place| place as u32));
        }
        let entry = Object::new();
        Reflect::set(&entry, &"name".into(), &point.to_string().into())?;
        let shape = Array::of2(&pos.into(), &k.into());
        Reflect::set(&entry, &"shape".into(), &shape)?;
        Reflect::set(&entry, &"values".into(), &copied(&values))?;
        let indices = Uint32Array::from(&indices[..]);
        Reflect::set(&entry, &"indices".into(), &indices)?;
        list.push(&entry);
    }
    Ok(list)
}
