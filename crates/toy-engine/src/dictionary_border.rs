//! Sparse autoencoders in training, as JavaScript sees them.

use std::cell::RefCell;
use std::rc::Rc;

use glasshouse_border::js::{JsResult, asked, choice, copied, thrown, to_js};
use glasshouse_tensor::Error;
use glasshouse_toys::dictionary::Source;
use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use crate::dictionary::Dictionary as Inner;

/// A dictionary in training.
#[wasm_bindgen]
pub struct Dictionary {
    /// Taken out while it trains: no borrow is held across an await.
    inner: Rc<RefCell<Option<Inner>>>,
}

#[wasm_bindgen]
impl Dictionary {
    /// `settings`: as `dictionary::Settings`; `backend`: `auto`, `webgpu` or `cpu`. Trained on the rows of
    /// `train` and measured on those of `held_out`, or, where `truth` holds directions, on a toy model of
    /// these features.
    pub async fn create(
        settings: JsValue,
        train: Vec<f32>,
        held_out: Vec<f32>,
        truth: Vec<f32>,
        density: f32,
        backend: String,
    ) -> JsResult<Dictionary> {
        let source = if truth.is_empty() {
            Source::Rows { train, held_out }
        } else {
            Source::Toy { truth, density }
        };
        let inner = Inner::create(asked(settings)?, source, choice(&backend)?).await;
        Ok(Self {
            inner: Rc::new(Some(inner.map_err(thrown)?).into()),
        })
    }

    /// Takes so many steps with this λ or k.
    pub async fn train(&self, steps: u32, sparsity: f32) -> JsResult<()> {
        let place = Rc::clone(&self.inner);
        let mut inner = place.take().ok_or_else(busy)?;
        let done = inner.train(steps, sparsity).await;
        place.replace(Some(inner));
        done.map_err(thrown)
    }

    /// `{step, loss, l0, explainedVariance, pca, dead, meanMaxCosine, rows}` on what is held out.
    pub fn report(&self) -> JsResult<JsValue> {
        self.with(|inner| to_js(&inner.trainer().report()))
    }

    /// Decoder rows `[d_sae, d_in]`.
    pub fn decoder(&self) -> JsResult<Float32Array> {
        self.with(|inner| Ok(copied(inner.trainer().decoder())))
    }

    /// `{kind, adapter, selfCheck}`
    pub fn backend(&self) -> JsResult<JsValue> {
        self.with(|inner| to_js(inner.backend()))
    }

    fn with<T>(&self, look: impl FnOnce(&Inner) -> JsResult<T>) -> JsResult<T> {
        look(self.inner.borrow().as_ref().ok_or_else(busy)?)
    }
}

fn busy() -> JsValue {
    thrown(Error::Internal(
        "A dictionary was asked for two things at once.".into(),
    ))
}
