//! Text corpora on disk: `NAME.train.txt[.zst]` beside `NAME.val.txt[.zst]`, documents separated by a line that
//! holds only `<|endoftext|>`.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The separator between documents, and the token that opens every sequence.
pub const END_OF_TEXT: &str = "<|endoftext|>";

/// One named corpus: a training file and a held-out file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// The file name without `.train.txt` and so on.
    pub name: String,
    /// Text to train on.
    pub train: PathBuf,
    /// Held-out text.
    pub val: PathBuf,
}

/// Finds every corpus in `folder`, sorted by name so that no result depends on directory order.
///
/// # Errors
/// Fails when the folder cannot be read, holds no corpus, or a training file has no held-out file beside it.
pub fn find(folder: &Path) -> Result<Vec<Corpus>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("could not read the corpus folder {}", folder.display()))?;
    for entry in entries {
        let train = entry?.path();
        let Some(file_name) = train.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        for ending in ["txt", "txt.zst"] {
            if let Some(name) = file_name.strip_suffix(&format!(".train.{ending}")) {
                let val = train.with_file_name(format!("{name}.val.{ending}"));
                ensure!(
                    val.is_file(),
                    "{} has no held-out file {} beside it",
                    train.display(),
                    val.display()
                );
                found.push(Corpus {
                    name: name.to_owned(),
                    train: train.clone(),
                    val,
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    ensure!(
        !found.is_empty(),
        "{} holds no corpus: NAME.train.txt or NAME.train.txt.zst",
        folder.display()
    );
    if let Some(twice) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        anyhow::bail!(
            "corpus {} is there both as .txt and as .txt.zst: keep one",
            twice[0].name
        );
    }
    Ok(found)
}

/// Reads a corpus file, unpacking `.zst`.
///
/// # Errors
/// Fails when the file cannot be read or is not UTF-8.
pub fn read(path: &Path) -> Result<String> {
    let mut text = String::new();
    let file = BufReader::new(
        File::open(path).with_context(|| format!("could not open {}", path.display()))?,
    );
    if path.extension().is_some_and(|ending| ending == "zst") {
        ruzstd::decoding::StreamingDecoder::new(file)
            .with_context(|| format!("{} is no zstd file", path.display()))?
            .read_to_string(&mut text)
    } else {
        { file }.read_to_string(&mut text)
    }
    .with_context(|| format!("could not read {}", path.display()))?;
    Ok(text)
}

/// The documents of a corpus text, without the separators and the white space around them.
pub fn documents(text: &str) -> impl Iterator<Item = &str> {
    text.split(END_OF_TEXT)
        .map(str::trim)
        .filter(|document| !document.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_pairs_in_name_order() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in [
            "b.train.txt",
            "b.val.txt",
            "a.train.txt.zst",
            "a.val.txt.zst",
            "SOURCES.md",
        ] {
            fs::write(folder.path().join(name), "")?;
        }
        let names: Vec<String> = find(folder.path())?
            .into_iter()
            .map(|corpus| corpus.name)
            .collect();
        assert_eq!(names, ["a", "b"]);
        Ok(())
    }

    #[test]
    fn a_missing_held_out_file_is_named() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("a.train.txt"), "")?;
        let message = find(folder.path())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(message.contains("a.val.txt"), "{message}");
        Ok(())
    }

    #[test]
    fn documents_are_split_and_trimmed() {
        let text = "one\ntwo\n<|endoftext|>\n\n<|endoftext|>\nthree\n";
        assert_eq!(documents(text).collect::<Vec<_>>(), ["one\ntwo", "three"]);
    }
}
