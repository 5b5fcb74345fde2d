//! `glasshouse-train induction`: from text to two model folders.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::InductionArgs;
use crate::corpus;
use crate::encoded::{self, VOCABULARY};
use crate::python::Python;

/// The models of this recipe; the second is the control of the first.
pub const MODELS: [&str; 2] = ["induction-2l", "induction-1l"];

/// Trains, exports and evaluates both models, then writes their cards.
///
/// # Errors
/// Fails with the first stage that does; the stages before it are kept, and the next run goes on from there.
pub fn run(args: &InductionArgs) -> Result<()> {
    let corpora = corpus::find(
        args.corpus
            .as_deref()
            .context("--corpus names the folder of corpora")?,
    )?;
    // Python gets absolute paths: it runs from wherever this command runs, but says them in its messages.
    fs::create_dir_all(&args.work)?;
    let work = fs::canonicalize(&args.work)?;
    fs::create_dir_all(&args.out)?;
    let out = fs::canonicalize(&args.out)?;
    let data = work.join("data");
    encoded::prepare(&corpora, VOCABULARY, &data)?;
    let python = Python::ready(args.python.as_deref(), &work)?;
    grow(&python, &Folders { data, work, out }, args.threads, &[])
}

/// Where the stages read and write.
pub struct Folders {
    /// `tokenizer.json` and the encoded corpora.
    pub data: PathBuf,
    /// Checkpoints, one folder a model, and evaluations.
    pub work: PathBuf,
    /// Model folders.
    pub out: PathBuf,
}

/// Everything after the data: training, export, evaluation, cards. `changes` are `--set FIELD=JSON` of the recipe.
pub fn grow(python: &Python, folders: &Folders, threads: usize, changes: &[&str]) -> Result<()> {
    let threads = threads.to_string();
    let path = |path: &Path| path.as_os_str().to_owned();
    let set = || {
        changes
            .iter()
            .flat_map(|change| ["--set".into(), OsString::from(change)])
    };
    for name in MODELS {
        let (run, out) = (folders.work.join(name), folders.out.join(name));
        let common = |more: Vec<OsString>| -> Vec<OsString> {
            let data = [
                "--data".into(),
                path(&folders.data),
                "--threads".into(),
                OsString::from(&threads),
            ];
            data.into_iter().chain(more).collect()
        };
        let named = [
            "--model".into(),
            OsString::from(name),
            "--run".into(),
            path(&run),
        ];
        println!("{name}: training");
        python.run(
            "train_induction.py",
            common(named.iter().cloned().chain(set()).collect()),
        )?;
        println!("{name}: writing {}", out.display());
        let exported = named
            .into_iter()
            .chain(["--out".into(), path(&out)])
            .chain(set());
        python.run("export.py", common(exported.collect()))?;
        println!("{name}: evaluating on fresh data");
        let results = folders.work.join(format!("{name}.evaluation.json"));
        python.run(
            "evaluate_induction.py",
            common(vec![
                "--model".into(),
                path(&out),
                "--out".into(),
                path(&results),
            ]),
        )?;
    }
    python.run(
        "card.py",
        [
            OsString::from("--work"),
            path(&folders.work),
            "--out".into(),
            path(&folders.out),
        ],
    )
}
