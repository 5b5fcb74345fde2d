//! `glasshouse-train stories` and `sae`: from text to a model with an MLP, and to the dictionaries of its neurons.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::python::Python;
use crate::{corpus, encoded, smoke};

/// Tokens of the vocabulary. Half of the induction models': what a trigram sees is shorter, and half of the products
/// of a step are with the unembedding.
pub const VOCABULARY: usize = 1024;

/// The model folder, which the dictionaries are of.
const MODEL: &str = "stories";

/// Titles, authors and licences of the documents, beside the corpora.
const ATTRIBUTION: &str = "ATTRIBUTION.tsv";

/// What both commands take.
#[derive(Args)]
pub struct Common {
    /// Folder of corpora: NAME.train.txt[.zst] beside NAME.val.txt[.zst]
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Folder for encoded corpora, checkpoints and the Python environment
    #[arg(long, default_value = "target/train/stories")]
    work: PathBuf,
    /// Folder that the model folders are written into, or read from
    #[arg(long, default_value = "www/models")]
    out: PathBuf,
    /// Threads of PyTorch; on a busy machine one is fastest
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// A Python that already has the packages of requirements.txt; otherwise one is set up in the work folder
    #[arg(long)]
    python: Option<PathBuf>,
}

/// What `glasshouse-train stories` takes.
#[derive(Args)]
pub struct StoriesArgs {
    #[command(flatten)]
    common: Common,
    /// Run every stage, the dictionaries too, on a little generated text for a few steps; writes into the work folder only
    #[arg(long)]
    smoke: bool,
}

/// What `glasshouse-train sae` takes.
#[derive(Args)]
pub struct SaeArgs {
    #[command(flatten)]
    common: Common,
    /// The model whose activations are decomposed
    #[arg(long, value_enum, default_value_t = Of::Stories)]
    of: Of,
}

/// A model that dictionaries are grown for.
#[derive(Clone, Copy, ValueEnum)]
enum Of {
    /// The MLP of `stories`
    Stories,
    /// The residual stream of `othello`
    Othello,
}

impl Of {
    fn folder(self) -> &'static str {
        match self {
            Of::Stories => MODEL,
            Of::Othello => "othello",
        }
    }
}

/// Prepares the data, trains, exports, evaluates and writes the card.
///
/// # Errors
/// Fails with the first stage that does; the stages before it are kept, and the next run goes on from there.
pub fn run(args: &StoriesArgs) -> Result<()> {
    if args.smoke {
        return smoke_run(&args.common);
    }
    let stages = Stages::ready(&args.common, &args.common.work, &args.common.out)?;
    stages.encode(&args.common, VOCABULARY)?;
    stages.write_model(&[])
}

/// Grows the dictionaries of a model that is there, with their controls.
///
/// # Errors
/// Fails where the model is not there, or with the first stage that does.
pub fn saes(args: &SaeArgs) -> Result<()> {
    let model = args.common.out.join(args.of.folder());
    ensure!(
        model.is_dir(),
        "{} is not there: grow the model first",
        model.display()
    );
    let stages = Stages::ready(&args.common, &args.common.work, &args.common.out)?;
    match args.of {
        Of::Stories => {
            stages.encode(&args.common, VOCABULARY)?;
            let table = args
                .common
                .corpus
                .as_ref()
                .map(|folder| folder.join(ATTRIBUTION));
            stages.write_saes(table.as_deref().filter(|table| table.is_file()), &[])
        }
        Of::Othello => stages.write_othello_sae(&[]),
    }
}

fn smoke_run(common: &Common) -> Result<()> {
    let folder = common.work.join("smoke");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    smoke::write_corpus(&folder.join("texts"))?;
    let texts = corpus::find(&folder.join("texts"))?;
    encoded::prepare(&texts, smoke::VOCABULARY, &folder.join("data"))?;
    if Python::if_there(common.python.as_deref(), &common.work).is_none() {
        println!(
            "SKIPPED: training, export, evaluation and dictionaries, because there is no Python with PyTorch (`--python PATH` \
             names one)"
        );
        return Ok(());
    }
    let stages = Stages::ready(common, &folder, &folder.join("models"))?;
    stages.write_model(&[
        "steps=6",
        "cool_down_steps=3",
        "bigram_steps=2",
        "rows_per_step=2",
        "d_vocab=320",
        "d_model=16",
        "n_heads=2",
        "d_head=8",
        "d_mlp=16",
        "n_ctx=64",
        "corpora={\"generated\": 1}",
    ])?;
    stages.write_saes(None, &["steps=6", "k=4"])?;
    println!("smoke run finished: every stage ran");
    Ok(())
}

/// The scripts of `python/` with what all of them need.
struct Stages {
    python: Python,
    /// This program, which makes games and untrained twins.
    program: PathBuf,
    work: PathBuf,
    out: PathBuf,
    threads: String,
}

impl Stages {
    fn ready(common: &Common, work: &Path, out: &Path) -> Result<Self> {
        fs::create_dir_all(work)?;
        fs::create_dir_all(out)?;
        Ok(Self {
            python: Python::ready(common.python.as_deref(), &common.work)?,
            program: std::env::current_exe().context("where is this program?")?,
            // Python gets absolute paths: it runs from wherever this command runs, but says them in its messages.
            work: fs::canonicalize(work)?,
            out: fs::canonicalize(out)?,
            threads: common.threads.to_string(),
        })
    }

    fn data(&self) -> PathBuf {
        self.work.join("data")
    }

    fn encode(&self, common: &Common, vocabulary: usize) -> Result<()> {
        let folder = common
            .corpus
            .as_deref()
            .context("--corpus names the folder of corpora")?;
        encoded::prepare(&corpus::find(folder)?, vocabulary, &self.data())
    }

    fn write_model(&self, changes: &[&str]) -> Result<()> {
        let (run, model, data) = (self.work.join("run"), self.out.join(MODEL), self.data());
        println!("{MODEL}: training");
        let more = set(changes);
        self.script("train_stories.py", &[("data", &data), ("run", &run)], more)?;
        println!("{MODEL}: writing {}", model.display());
        let folders = [("data", &data), ("run", &run), ("out", &model)];
        self.script("stories_export.py", &folders, vec![])?;
        println!("{MODEL}: evaluating on held-out text");
        let twin = self.twin(&model)?;
        let folders = [("data", &data), ("model", &model), ("twin", &twin)];
        self.script("evaluate_stories.py", &folders, vec![])?;
        self.card("stories_card.py", &[("model", &model)])
    }

    /// Two sizes, and the two controls that have folders of their own.
    fn write_saes(&self, attribution: Option<&Path>, changes: &[&str]) -> Result<()> {
        let (model, data) = (self.out.join(MODEL), self.data());
        let twin = self.twin(&model)?;
        let folder = |name: &str| self.out.join(format!("{MODEL}-sae-{name}"));
        let names = ["random", "untrained", "x4", "x16"];
        for name in names {
            let sae = folder(name);
            let shown = sae.display();
            println!("{shown}: training");
            let run = self.work.join(format!("sae-{name}"));
            let recipe = vec![
                OsString::from("--sae"),
                format!("{MODEL}-sae-{name}").into(),
            ];
            let mut folders = vec![
                ("data", &data),
                ("model", &model),
                ("run", &run),
                ("out", &sae),
            ];
            folders.extend((name == "untrained").then_some(("twin", &twin)));
            let more = recipe.into_iter().chain(set(changes)).collect();
            self.script("train_sae.py", &folders, more)?;
            println!("{shown}: finding passages");
            let mut folders = vec![("data", &data), ("model", &model), ("sae", &sae)];
            folders.extend((name == "untrained").then_some(("twin", &twin)));
            let table = attribution.map(|table| vec!["--attribution".into(), table.into()]);
            self.script("sae_passages.py", &folders, table.unwrap_or_default())?;
        }
        let (random, untrained) = (folder("random"), folder("untrained"));
        for name in names {
            let sae = folder(name);
            println!("{}: measuring", sae.display());
            let folders = [
                ("data", &data),
                ("model", &model),
                ("sae", &sae),
                ("random", &random),
                ("untrained", &untrained),
                ("twin", &twin),
            ];
            self.script("sae_evaluate.py", &folders, vec![])?;
            self.card("sae_card.py", &[("sae", &sae)])?;
        }
        Ok(())
    }

    /// The dictionary of the residual stream, beside its controls, against the board.
    fn write_othello_sae(&self, changes: &[&str]) -> Result<()> {
        let (model, sae) = (self.out.join("othello"), self.out.join("othello-sae"));
        let (twin, run) = (self.twin(&model)?, self.work.join("othello-sae"));
        println!("{}: training, with its controls", sae.display());
        let folders = [
            ("games", &self.program),
            ("model", &model),
            ("twin", &twin),
            ("run", &run),
            ("out", &sae),
        ];
        self.script("othello_sae.py", &folders, set(changes))?;
        self.card("sae_card.py", &[("sae", &sae)])
    }

    /// The untrained twin that the page runs beside a model.
    fn twin(&self, model: &Path) -> Result<PathBuf> {
        let name = model.file_name().unwrap_or_default().to_string_lossy();
        let out = self.work.join(format!("{name}-untrained.safetensors"));
        crate::untrained::run(&crate::untrained::UntrainedArgs::of(model, &out))?;
        Ok(out)
    }

    fn script(&self, name: &str, paths: &[(&str, &PathBuf)], more: Vec<OsString>) -> Result<()> {
        let threads = ["--threads".into(), OsString::from(&self.threads)];
        self.python
            .run(name, named(paths).into_iter().chain(threads).chain(more))
    }

    fn card(&self, script: &str, paths: &[(&str, &PathBuf)]) -> Result<()> {
        self.python.run(script, named(paths))
    }
}

fn named(paths: &[(&str, &PathBuf)]) -> Vec<OsString> {
    paths
        .iter()
        .flat_map(|(name, path)| [format!("--{name}").into(), path.as_os_str().to_owned()])
        .collect()
}

fn set(changes: &[&str]) -> Vec<OsString> {
    changes
        .iter()
        .flat_map(|change| ["--set".into(), OsString::from(change)])
        .collect()
}
