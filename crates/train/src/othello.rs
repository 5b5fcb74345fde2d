//! `glasshouse-train othello` and `othello-probes`: from random games to a model folder, and to the probes that read it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::othello_interventions::{self, CASES, OthelloInterventionsArgs, TUNING_CASES};
use crate::python::Python;

/// The model folder of this recipe, and the folder of its probes.
const MODEL: &str = "othello";
const PROBES: &str = "othello-probes";

/// A recipe that takes seconds. It teaches nothing; it only goes through every stage.
const SMOKE: [&str; 5] = [
    "n_layers=2",
    "d_model=16",
    "d_head=2",
    "d_mlp=32",
    "games_per_step=4",
];

/// What both commands take.
#[derive(Args)]
pub struct Common {
    /// Folder for checkpoints and the Python environment
    #[arg(long, default_value = "target/train/othello")]
    work: PathBuf,
    /// Folder that the model folder is written into, or read from
    #[arg(long, default_value = "www/models")]
    out: PathBuf,
    /// Threads of PyTorch; on a busy machine one is fastest
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// A Python that already has the packages of requirements.txt; otherwise one is set up in the work folder
    #[arg(long)]
    python: Option<PathBuf>,
}

/// What `glasshouse-train othello` takes.
#[derive(Args)]
pub struct OthelloArgs {
    #[command(flatten)]
    common: Common,
    /// Branch off the newest checkpoint, let the rate fall to zero over so many steps, and write the model folder;
    /// without it the run goes on at a constant rate until it is stopped
    #[arg(long)]
    decay_over: Option<u64>,
    /// Train nothing: let the run go on from its finished branch, at the full rate again
    #[arg(long, conflicts_with = "decay_over")]
    keep_branch: bool,
    /// Where there is no checkpoint: begin from the weights of this model folder, with a fresh optimiser
    #[arg(long)]
    start_from: Option<PathBuf>,
    /// Run every stage, the probes too, with a tiny model for a few steps; writes into the work folder only
    #[arg(long)]
    smoke: bool,
}

/// What `glasshouse-train othello-probes` takes.
#[derive(Args)]
pub struct OthelloProbesArgs {
    #[command(flatten)]
    common: Common,
}

/// Trains; at the end of a branch also exports, evaluates and writes the card.
///
/// # Errors
/// Fails with the first stage that does; the last checkpoint is kept, and the next run goes on from there.
pub fn run(args: &OthelloArgs) -> Result<()> {
    if args.smoke {
        return smoke(&args.common);
    }
    let stages = Stages::ready(&args.common, &args.common.work, &args.common.out)?;
    if args.keep_branch {
        return stages.train(vec!["--keep-branch".into()]);
    }
    let mut more = Vec::new();
    if let Some(folder) = &args.start_from {
        let folder = fs::canonicalize(folder)
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        more = vec!["--start-from".into(), folder.into_os_string()];
    }
    match args.decay_over {
        None => stages.train(more),
        Some(steps) => {
            more.extend(["--decay-over".into(), steps.to_string().into()]);
            stages.train(more)?;
            stages.write_model()
        }
    }
}

/// Fits the probes of the model in `--out` and writes their folder beside it.
///
/// # Errors
/// Fails when there is no such model, or with the first stage that does.
pub fn probes(args: &OthelloProbesArgs) -> Result<()> {
    Stages::ready(&args.common, &args.common.work, &args.common.out)?.write_probes(
        &[],
        CASES,
        TUNING_CASES,
    )
}

fn smoke(common: &Common) -> Result<()> {
    let folder = common.work.join("smoke");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    if Python::if_there(common.python.as_deref(), &common.work).is_none() {
        println!(
            "SKIPPED: training, export, evaluation and probes, because there is no Python with PyTorch (`--python PATH` \
             names one)"
        );
        return Ok(());
    }
    let stages = Stages::ready(common, &folder, &folder.join("models"))?;
    let changes = SMOKE.iter().flat_map(|change| ["--set", change]);
    let brief = ["--decay-over", "6", "--watch-seconds", "0"];
    stages.train(changes.chain(brief).map(OsString::from).collect())?;
    stages.write_model()?;
    stages.write_probes(&["--train-games", "20", "--test-games", "10"], 2, 2)?;
    println!("smoke run finished: every stage ran");
    Ok(())
}

/// The scripts of `python/` with what all of them need.
struct Stages {
    python: Python,
    /// This program, which makes the games.
    games: PathBuf,
    /// Checkpoints.
    run: PathBuf,
    model: PathBuf,
    probes: PathBuf,
    threads: String,
}

impl Stages {
    fn ready(common: &Common, work: &Path, out: &Path) -> Result<Self> {
        fs::create_dir_all(out)?;
        fs::create_dir_all(work.join("run"))?;
        // Python gets absolute paths: it runs from wherever this command runs, but says them in its messages.
        let (work, out) = (fs::canonicalize(work)?, fs::canonicalize(out)?);
        Ok(Self {
            python: Python::ready(common.python.as_deref(), &common.work)?,
            games: std::env::current_exe().context("where is this program?")?,
            run: work.join("run"),
            model: out.join(MODEL),
            probes: out.join(PROBES),
            threads: common.threads.to_string(),
        })
    }

    fn train(&self, more: Vec<OsString>) -> Result<()> {
        println!("{MODEL}: training");
        let run = ["--run".into(), self.run.clone().into_os_string()];
        self.script("train_othello.py", run.into_iter().chain(more))
    }

    fn write_model(&self) -> Result<()> {
        println!("{MODEL}: writing {}", self.model.display());
        let folders = [("--run", &self.run), ("--out", &self.model)];
        self.script("othello_export.py", named(&folders))?;
        println!("{MODEL}: evaluating on fresh games");
        self.script("evaluate_othello.py", named(&[("--model", &self.model)]))?;
        let card = named(&[("--model", &self.model)]);
        self.python.run("othello_card.py", card)
    }

    /// Fits the probes, judges edits along them on so many cases, chosen on so many others, and writes the card.
    fn write_probes(&self, more: &[&str], cases: usize, tuning_cases: usize) -> Result<()> {
        println!("{PROBES}: fitting, writing {}", self.probes.display());
        let folders = named(&[("--model", &self.model), ("--out", &self.probes)]);
        let more = more.iter().map(OsString::from);
        self.script("othello_probes.py", folders.into_iter().chain(more))?;
        println!("{PROBES}: changing beliefs along them");
        othello_interventions::run(&OthelloInterventionsArgs {
            model: self.model.clone(),
            probes: self.probes.clone(),
            cases,
            tuning_cases,
        })?;
        let card = named(&[("--model", &self.model), ("--probes", &self.probes)]);
        self.python.run("othello_card.py", card)
    }

    /// Runs a script that needs games and threads.
    fn script(&self, name: &str, args: impl IntoIterator<Item = OsString>) -> Result<()> {
        let given = named(&[("--games", &self.games)]);
        let threads = ["--threads".into(), OsString::from(&self.threads)];
        self.python
            .run(name, given.into_iter().chain(threads).chain(args))
    }
}

fn named(folders: &[(&str, &PathBuf)]) -> Vec<OsString> {
    folders
        .iter()
        .flat_map(|(name, path)| [OsString::from(name), path.as_os_str().to_owned()])
        .collect()
}
