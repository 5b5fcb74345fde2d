//! The byte-level BPE tokenizer that both induction models share.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainerBuilder};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{
    AddedToken, DecoderWrapper, ModelWrapper, NormalizerWrapper, PostProcessorWrapper,
    PreTokenizerWrapper, Tokenizer, TokenizerBuilder, TokenizerImpl,
};

use crate::atomic;
use crate::corpus::{Corpus, END_OF_TEXT, documents, read};

/// Bytes of each corpus that the merges are counted on. A cap, so that 80 MB of old novels do not drown 2 MB of
/// present-day English.
const SAMPLE_BYTES: usize = 4_000_000;

type Trainable = TokenizerImpl<
    ModelWrapper,
    NormalizerWrapper,
    PreTokenizerWrapper,
    PostProcessorWrapper,
    DecoderWrapper,
>;

/// Trains a tokenizer of `vocabulary` tokens on `texts`: every byte, [`END_OF_TEXT`] as id 0, and merges.
///
/// The same texts in the same order give the same tokenizer: merge counts decide, and ties go to the lower pair of ids.
///
/// # Errors
/// Fails when the texts hold too few different words for `vocabulary` tokens.
pub fn train<'a>(
    texts: impl Iterator<Item = &'a str> + Send,
    vocabulary: usize,
) -> Result<Tokenizer> {
    // GPT-2's pre-tokenizer: words keep the space before them, and no space is invented at the start.
    let byte_level = ByteLevel::new(false, true, true);
    let mut tokenizer: Trainable = TokenizerBuilder::default()
        .with_model(ModelWrapper::BPE(BPE::default()))
        .with_pre_tokenizer(Some(PreTokenizerWrapper::ByteLevel(byte_level)))
        .with_decoder(Some(DecoderWrapper::ByteLevel(byte_level)))
        .build()
        .map_err(|error| anyhow!("could not set up the tokenizer: {error}"))?;
    let trainer = BpeTrainerBuilder::new()
        .vocab_size(vocabulary)
        .min_frequency(2)
        .show_progress(false)
        .special_tokens(vec![AddedToken::from(END_OF_TEXT, true)])
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .build();
    tokenizer
        .train(&mut TrainerWrapper::from(trainer), texts)
        .map_err(|error| anyhow!("could not train the tokenizer: {error}"))?;
    let tokenizer = Tokenizer::from(tokenizer);
    let grown = tokenizer.get_vocab_size(true);
    ensure!(
        grown == vocabulary,
        "the text gives only {grown} of {vocabulary} tokens: it is too small"
    );
    ensure!(
        tokenizer.token_to_id(END_OF_TEXT) == Some(0),
        "{END_OF_TEXT} must be id 0"
    );
    Ok(tokenizer)
}

/// Trains on an equal share of each corpus and writes Hugging Face's `tokenizer.json`.
///
/// # Errors
/// Fails when a corpus cannot be read or the file not written.
pub fn train_on(corpora: &[Corpus], vocabulary: usize, path: &Path) -> Result<Tokenizer> {
    let texts = corpora
        .iter()
        .map(|corpus| read(&corpus.train))
        .collect::<Result<Vec<_>>>()?;
    let sample = texts.iter().flat_map(|text| spread(text, SAMPLE_BYTES));
    let tokenizer = train(sample, vocabulary)?;
    let json = tokenizer
        .to_string(false)
        .map_err(|error| anyhow!("could not write the tokenizer as JSON: {error}"))?;
    atomic::write(path, |file| Ok(file.write_all(json.as_bytes())?))?;
    Ok(tokenizer)
}

/// Every n-th document, so that about `bytes` remain and the whole corpus is covered.
fn spread(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let every = text.len().div_ceil(bytes).max(1);
    documents(text).step_by(every)
}

/// Encodes a corpus text into one stream of ids: [`END_OF_TEXT`] before every document.
///
/// # Errors
/// Fails when the vocabulary does not fit into 16 bits.
pub fn encode(tokenizer: &Tokenizer, text: &str) -> Result<Vec<u16>> {
    let mut ids = Vec::with_capacity(text.len() / 3);
    for document in documents(text) {
        ids.push(0);
        // Whole documents, as a reader's text is encoded: cut at paragraphs, "\n\n" would become another token.
        let encoding = tokenizer
            .encode_fast(document, false)
            .map_err(|error| anyhow!("could not encode: {error}"))?;
        for &id in encoding.get_ids() {
            ids.push(u16::try_from(id).context("the vocabulary does not fit into 16 bits")?);
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{corpus, smoke};

    fn small() -> Result<Tokenizer> {
        let folder = tempfile::tempdir()?;
        smoke::write_corpus(folder.path())?;
        let path = folder.path().join("tokenizer.json");
        train_on(&corpus::find(folder.path())?, smoke::VOCABULARY, &path)?;
        Tokenizer::from_file(&path).map_err(|error| anyhow!("{error}"))
    }

    fn ids(tokenizer: &Tokenizer, text: &str) -> Result<Vec<u32>> {
        Ok(tokenizer
            .encode(text, false)
            .map_err(|error| anyhow!("{error}"))?
            .get_ids()
            .to_vec())
    }

    #[test]
    fn any_text_comes_back() -> Result<()> {
        let tokenizer = small()?;
        for text in [
            "Mary found the lantern.",
            " two  spaces\n\n",
            "naïve 😀 שלום \u{0} \t",
            "",
        ] {
            let back = tokenizer
                .decode(&ids(&tokenizer, text)?, false)
                .map_err(|error| anyhow!("{error}"))?;
            assert_eq!(back, text);
        }
        Ok(())
    }

    #[test]
    fn merges_are_learnt_and_the_separator_is_one_token() -> Result<()> {
        let tokenizer = small()?;
        assert_eq!(tokenizer.get_vocab_size(true), smoke::VOCABULARY);
        assert_eq!(ids(&tokenizer, " the the")?.len(), 2);
        assert_eq!(ids(&tokenizer, END_OF_TEXT)?, [0]);
        Ok(())
    }

    #[test]
    fn the_same_text_gives_the_same_tokenizer() -> Result<()> {
        let json = |tokenizer: Tokenizer| {
            tokenizer
                .to_string(false)
                .map_err(|error| anyhow!("{error}"))
        };
        assert_eq!(json(small()?)?, json(small()?)?);
        Ok(())
    }

    #[test]
    fn too_little_text_is_an_error() {
        assert!(train(["a b c"].into_iter(), 1000).is_err());
    }

    #[test]
    fn documents_are_opened_by_the_separator() -> Result<()> {
        let tokenizer = small()?;
        let stream = encode(&tokenizer, "Mary\n<|endoftext|>\nJohn")?;
        assert_eq!(stream.iter().filter(|&&id| id == 0).count(), 2);
        assert_eq!(stream[0], 0);
        Ok(())
    }
}
