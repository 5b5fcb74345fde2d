//! The tokenizer as JavaScript sees it.

use js_sys::{Object, Reflect, Uint32Array};
use wasm_bindgen::prelude::*;

use crate::{TextTokenizer, Token};

type JsResult<T> = Result<T, JsValue>;

/// Panics become readable before they end this module.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// A tokenizer, loaded.
#[wasm_bindgen]
pub struct Tokenizer {
    inner: TextTokenizer,
}

#[wasm_bindgen]
impl Tokenizer {
    /// Reads `tokenizer.json`.
    #[wasm_bindgen(constructor)]
    pub fn new(json: &str) -> JsResult<Tokenizer> {
        let inner = TextTokenizer::parse(json).map_err(|e| thrown(&e, "bad-model-file"))?;
        Ok(Self { inner })
    }

    /// `{ids, starts, ends}`; offsets count UTF-16 code units.
    pub fn encode(&self, text: &str) -> JsResult<JsValue> {
        let tokens = self
            .inner
            .encode(text)
            .map_err(|e| thrown(&e, "bad-input"))?;
        let column = |of: fn(&Token) -> u32| {
            Uint32Array::from(tokens.iter().map(of).collect::<Vec<_>>().as_slice())
        };
        let result = Object::new();
        Reflect::set(&result, &"ids".into(), &column(|token| token.id))?;
        Reflect::set(&result, &"starts".into(), &column(|token| token.start))?;
        Reflect::set(&result, &"ends".into(), &column(|token| token.end))?;
        Ok(result.into())
    }

    /// The text of `ids`.
    pub fn decode(&self, ids: &[u32]) -> JsResult<String> {
        self.inner.decode(ids).map_err(|e| thrown(&e, "bad-input"))
    }

    /// The text of one token by itself.
    #[wasm_bindgen(js_name = tokenText)]
    pub fn token_text(&self, id: u32) -> JsResult<String> {
        self.decode(&[id])
    }

    /// How many ids there are.
    #[wasm_bindgen(js_name = vocabSize)]
    pub fn vocab_size(&self) -> usize {
        self.inner.vocab_size()
    }
}

fn thrown(sentence: &str, code: &str) -> JsValue {
    let thrown = js_sys::Error::new(sentence);
    // Setting a property on a fresh object cannot fail.
    let _ = Reflect::set(&thrown, &"code".into(), &code.into());
    thrown.into()
}
