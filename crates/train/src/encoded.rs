//! Corpora as the trainer reads them: `tokenizer.json` and, per corpus, `NAME.train.u16` and `NAME.val.u16`
//! (little-endian token ids).

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use tokenizers::Tokenizer;

use crate::corpus::Corpus;
use crate::{atomic, bpe, corpus};

/// Tokens of the shared vocabulary. The vocabulary sets the clock of induction; this is the least that still has the
/// common names and words of the examples as single tokens.
pub const VOCABULARY: usize = 2048;

/// Trains the tokenizer and encodes every corpus into `folder`; what an earlier run finished there is kept.
///
/// # Errors
/// Fails when a corpus cannot be read, or `folder` was made from other corpora.
pub fn prepare(corpora: &[Corpus], vocabulary: usize, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    check_stamp(&folder.join("corpora.txt"), &stamp(corpora, vocabulary)?)?;
    let json = folder.join("tokenizer.json");
    let tokenizer = if json.is_file() {
        Tokenizer::from_file(&json)
            .map_err(|error| anyhow!("could not read {}: {error}", json.display()))?
    } else {
        println!("training a tokenizer of {vocabulary} tokens");
        bpe::train_on(corpora, vocabulary, &json)?
    };
    for corpus in corpora {
        for (split, text) in [("train", &corpus.train), ("val", &corpus.val)] {
            let path = ids_path(folder, &corpus.name, split);
            if !path.is_file() {
                let ids = bpe::encode(&tokenizer, &corpus::read(text)?)?;
                println!("{}: {} tokens", path.display(), ids.len());
                atomic::write(&path, |file| {
                    ids.iter()
                        .try_for_each(|id| file.write_all(&id.to_le_bytes()))?;
                    Ok(())
                })?;
            }
        }
    }
    Ok(())
}

fn ids_path(folder: &Path, corpus: &str, split: &str) -> PathBuf {
    folder.join(format!("{corpus}.{split}.u16"))
}

/// What the folder is made of: a line for the vocabulary and one for each file with its size.
fn stamp(corpora: &[Corpus], vocabulary: usize) -> Result<String> {
    let mut lines = format!("vocabulary {vocabulary}\n");
    for corpus in corpora {
        for path in [&corpus.train, &corpus.val] {
            let bytes = fs::metadata(path)
                .with_context(|| format!("could not read {}", path.display()))?
                .len();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            lines.push_str(&format!("{name} {bytes}\n"));
        }
    }
    Ok(lines)
}

fn check_stamp(path: &Path, wanted: &str) -> Result<()> {
    if !path.is_file() {
        return atomic::write(path, |file| Ok(file.write_all(wanted.as_bytes())?));
    }
    let found = fs::read_to_string(path)?;
    anyhow::ensure!(
        found == wanted,
        "{} names other corpora than these: give another --work folder",
        path.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smoke;

    #[test]
    fn prepares_once_and_refuses_other_corpora() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (texts, out) = (folder.path().join("texts"), folder.path().join("encoded"));
        smoke::write_corpus(&texts)?;
        let corpora = corpus::find(&texts)?;
        prepare(&corpora, smoke::VOCABULARY, &out)?;
        let tokenizer = fs::read(out.join("tokenizer.json"))?;
        let ids = fs::read(out.join("generated.train.u16"))?;
        assert_eq!(
            &ids[..2],
            [0, 0],
            "a document begins with the end-of-text token"
        );

        prepare(&corpora, smoke::VOCABULARY, &out)?;
        assert_eq!(fs::read(out.join("tokenizer.json"))?, tokenizer);

        let refused = prepare(&corpora, smoke::VOCABULARY + 1, &out)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(refused.contains("--work"), "{refused}");
        Ok(())
    }
}
