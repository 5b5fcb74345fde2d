//! Sparse autoencoders in training, as JavaScript sees them.

use std::cell::RefCell;

use glasshouse_border::js::{JsResult, asked, copied, thrown, to_js};
use glasshouse_tensor::Error;
use glasshouse_toys::dictionary::{Source, Trainer};
use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

/// A dictionary in training, on the CPU.
#[wasm_bindgen]
pub struct Dictionary {
    inner: RefCell<Trainer>,
}

#[wasm_bindgen]
impl Dictionary {
    /// `settings`: as `dictionary::Settings`. Trained on the rows of `train` and measured on those of
    /// `held_out`, or, where `truth` holds directions, on a toy model of these features.
    pub fn create(
        settings: JsValue,
        train: Vec<f32>,
        held_out: Vec<f32>,
        truth: Vec<f32>,
        density: f32,
    ) -> JsResult<Dictionary> {
        let source = if truth.is_empty() {
            Source::Rows { train, held_out }
        } else {
            Source::Toy { truth, density }
        };
        let trainer = Trainer::new(asked(settings)?, source).map_err(thrown)?;
        Ok(Self {
            inner: trainer.into(),
        })
    }

    /// Takes so many steps with this λ or k.
    pub fn train(&self, steps: u32, sparsity: f32) -> JsResult<()> {
        let mut trainer = self.inner.try_borrow_mut().map_err(|_| {
            thrown(Error::Internal(
                "A dictionary was asked for two things at once.".into(),
            ))
        })?;
        trainer.set_sparsity(sparsity).map_err(thrown)?;
        trainer.train(steps).map_err(thrown)
    }

    /// `{step, loss, l0, explainedVariance, pca, dead, meanMaxCosine, rows}` on what is held out.
    pub fn report(&self) -> JsResult<JsValue> {
        to_js(&self.inner.borrow().report())
    }

    /// Decoder rows `[d_sae, d_in]`.
    pub fn decoder(&self) -> Float32Array {
        copied(self.inner.borrow().decoder())
    }
}
