//! The size budgets: what a reader's browser fetches, compressed as a good host would, and what a model weighs on disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::site::dist;

/// One line of the table, in bytes.
struct Weight {
    what: String,
    bytes: u64,
    budget: u64,
}

/// Prints every weight beside its budget.
///
/// # Errors
/// When one is over, or a file that has a budget is not there.
pub fn check() -> Result {
    let weights = weigh()?;
    let mut over = Vec::new();
    for Weight {
        what,
        bytes,
        budget,
    } in &weights
    {
        println!(
            "  {:>8.1} kB of {:>6} kB  {what}",
            *bytes as f64 / 1e3,
            budget / 1000
        );
        if bytes > budget {
            over.push(format!(
                "{what} is {bytes} bytes, {} over its budget.",
                bytes - budget
            ));
        }
    }
    if over.is_empty() {
        Ok(())
    } else {
        Err(over.join("\n"))
    }
}

fn weigh() -> Result<Vec<Weight>> {
    let v1 = dist().join("v1");
    let mut worker = BTreeSet::new();
    closure(&v1.join("worker.js"), &mut worker)?;
    let mut weights = vec![
        Weight {
            what: "glasshouse.js and the largest widget, brotli".into(),
            bytes: page(&v1)?,
            budget: 40_000,
        },
        Weight {
            what: "worker.js, brotli".into(),
            bytes: total(&worker)?,
            budget: 5_000,
        },
    ];
    for (file, budget) in [
        ("engine_bg.wasm", 300_000),
        ("toy-engine_bg.wasm", 150_000),
        ("tokenizer_bg.wasm", 650_000),
    ] {
        weights.push(Weight {
            what: format!("{file}, brotli"),
            bytes: brotli_bytes(&v1.join(file))?,
            budget,
        });
    }
    let models = fs::read_dir(dist().join("models"))
        .into_iter()
        .flatten()
        .flatten();
    for model in models
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
    {
        let name = model
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        weights.push(Weight {
            what: format!("models/{name}, on disk"),
            bytes: folder_bytes(&model),
            budget: 6_000_000,
        });
    }
    Ok(weights)
}

/// The entry with what it imports at once, and the heaviest of the parts that it imports when a tag asks for it.
fn page(v1: &Path) -> Result<u64> {
    let entry = v1.join("glasshouse.js");
    let mut always = BTreeSet::new();
    closure(&entry, &mut always)?;
    let mut heaviest = 0;
    for widget in imports(&entry, "import(\"")? {
        let mut parts = always.clone();
        closure(&widget, &mut parts)?;
        heaviest = heaviest.max(total(parts.difference(&always))?);
    }
    Ok(total(&always)? + heaviest)
}

fn total<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<u64> {
    files.into_iter().map(|file| brotli_bytes(file)).sum()
}

/// Adds `file` and all that it imports statically.
fn closure(file: &Path, files: &mut BTreeSet<PathBuf>) -> Result {
    if files.insert(file.to_path_buf()) {
        for opening in ["from\"", "import\""] {
            imports(file, opening)?
                .iter()
                .try_for_each(|import| closure(import, files))?;
        }
    }
    Ok(())
}

/// The files beside `file` that it imports so. The wasm modules' glue is left out: it counts with them.
fn imports(file: &Path, opening: &str) -> Result<Vec<PathBuf>> {
    let code = fs::read_to_string(file).map_err(|error| format!("{}: {error}.", file.display()))?;
    let folder = file.parent().unwrap_or(file);
    let files = named(&code, opening).map(|name| folder.join(name));
    const GLUE: [&str; 3] = ["engine.js", "toy-engine.js", "tokenizer.js"];
    let glue = |path: &PathBuf| GLUE.iter().any(|name| path.ends_with(name));
    Ok(files
        .filter(|path| path.is_file() && !glue(path))
        .map(normal)
        .collect())
}

/// The relative addresses that follow `opening`, as esbuild writes imports when it minifies.
fn named<'a>(code: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    let strings = code
        .split(opening)
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    strings.filter(|name| name.starts_with("./") || name.starts_with("../"))
}

/// One spelling per file, so that no chunk is counted twice.
fn normal(path: PathBuf) -> PathBuf {
    path.canonicalize().unwrap_or(path)
}

fn brotli_bytes(file: &Path) -> Result<u64> {
    let unreadable = |error: std::io::Error| format!("{}: {error}.", file.display());
    let bytes = fs::read(file).map_err(unreadable)?;
    let mut compressed = Vec::new();
    brotli::BrotliCompress(
        &mut &bytes[..],
        &mut compressed,
        &brotli::enc::BrotliEncoderParams::default(),
    )
    .map_err(unreadable)?;
    Ok(compressed.len() as u64)
}

fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            if entry.path().is_dir() {
                folder_bytes(&entry.path())
            } else {
                entry.metadata().map_or(0, |facts| facts.len())
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_minified_module_imports() {
        let code = r#"import{a as b}from"./chunks/x-1.js";import"./chunks/y-2.js";import"lit";var f=()=>import("./chunks/z-3.js");"#;
        let names = |opening| named(code, opening).collect::<Vec<_>>();
        assert_eq!(names("from\""), ["./chunks/x-1.js"]);
        assert_eq!(names("import\""), ["./chunks/y-2.js"]);
        assert_eq!(names("import(\""), ["./chunks/z-3.js"]);
    }
}
