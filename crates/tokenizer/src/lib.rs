//! Text to token ids and back, from a Hugging Face `tokenizer.json`: a wasm module of its own, so
//! that pages without text do not load it.

#[cfg(target_arch = "wasm32")]
mod border;
mod offsets;

use std::str::FromStr;

pub use offsets::Utf16Offsets;

/// A tokenizer, loaded.
pub struct TextTokenizer {
    inner: tokenizers::Tokenizer,
}

/// One token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// First UTF-16 code unit of the text it stands for.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl TextTokenizer {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// One sentence that says what is wrong with the file.
    pub fn parse(json: &str) -> Result<Self, String> {
        let inner = tokenizers::Tokenizer::from_str(json)
            .map_err(|error| format!("tokenizer.json cannot be used: {error}."))?;
        Ok(Self { inner })
    }

    /// The tokens of `text`, without BOS. Tokens that share a character share its offsets.
    ///
    /// # Errors
    /// One sentence, where the tokenizer's own rules fail on the text.
    pub fn encode(&self, text: &str) -> Result<Vec<Token>, String> {
        let encoding = self
            .inner
            .encode(text, false)
            .map_err(|error| format!("The text cannot be tokenised: {error}."))?;
        let mut utf16 = Utf16Offsets::new(text);
        let places = encoding.get_ids().iter().zip(encoding.get_offsets());
        Ok(places
            .map(|(&id, &(start, end))| Token {
                id,
                start: utf16.floor(start),
                end: utf16.ceil(end),
            })
            .collect())
    }

    /// The text of `ids`; bytes that form no character become �.
    ///
    /// # Errors
    /// One sentence, where the decoder fails.
    pub fn decode(&self, ids: &[u32]) -> Result<String, String> {
        self.inner
            .decode(ids, false)
            .map_err(|error| format!("The tokens cannot be decoded: {error}."))
    }

    /// How many ids there are.
    pub fn vocab_size(&self) -> usize {
        self.inner.get_vocab_size(true)
    }
}
