//! Grows the models that Glasshouse ships: `glasshouse-train induction --corpus FOLDER`, `glasshouse-train othello` and so on.
//!
//! Rust prepares the data (tokenizer, encoded corpora, games); a pinned PyTorch script in `python/` trains, because it does
//! four to five times as many steps an hour on two cores as candle does.

mod atomic;
mod bpe;
mod corpus;
mod encoded;
mod induction;
mod othello;
mod othello_games;
mod othello_interventions;
mod python;
mod smoke;
mod stories;
mod untrained;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "glasshouse-train",
    about = "Grows a shipped model anew. Killed at any moment, the same command goes on where it was."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The attention-only models `induction-2l` and `induction-1l`, with their shared tokenizer
    Induction(InductionArgs),
    /// Othello-GPT: the model `othello`, on random games made on the fly
    Othello(othello::OthelloArgs),
    /// The linear probes `othello-probes` that read the board out of `othello`, with their controls
    OthelloProbes(othello::OthelloProbesArgs),
    /// How Othello-GPT plays when its belief is changed along the probes: `interventions.json` in their folder
    OthelloInterventions(othello_interventions::OthelloInterventionsArgs),
    /// Random Othello games as bytes on standard output, for the trainer of `othello`
    OthelloGames(othello_games::OthelloGamesArgs),
    /// The model `stories`: one layer with an MLP, on stories
    Stories(stories::StoriesArgs),
    /// Sparse autoencoders: of the MLP of `stories`, in two sizes, or of the residual stream of `othello`; with their controls
    Sae(stories::SaeArgs),
    /// A model's untrained twin as a safetensors file, the one that the page runs beside it
    Untrained(untrained::UntrainedArgs),
}

/// What `glasshouse-train induction` takes.
#[derive(Args)]
pub struct InductionArgs {
    /// Folder of corpora: NAME.train.txt[.zst] beside NAME.val.txt[.zst]
    #[arg(long, required_unless_present = "smoke")]
    corpus: Option<PathBuf>,
    /// Folder for encoded corpora, checkpoints and the Python environment
    #[arg(long, default_value = "target/train/induction")]
    work: PathBuf,
    /// Folder that the model folders are written into
    #[arg(long, default_value = "www/models")]
    out: PathBuf,
    /// Threads of PyTorch; on a busy machine one is fastest
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// A Python that already has the packages of requirements.txt; otherwise one is set up in the work folder
    #[arg(long)]
    python: Option<PathBuf>,
    /// Run every stage on a little generated text for a few steps; writes into the work folder only
    #[arg(long)]
    smoke: bool,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Induction(args) if args.smoke => smoke::run(&args),
        Command::Induction(args) => induction::run(&args),
        Command::Othello(args) => othello::run(&args),
        Command::OthelloProbes(args) => othello::probes(&args),
        Command::OthelloInterventions(args) => othello_interventions::run(&args),
        Command::OthelloGames(args) => othello_games::run(&args),
        Command::Stories(args) => stories::run(&args),
        Command::Sae(args) => stories::saes(&args),
        Command::Untrained(args) => untrained::run(&args),
    }
}
