//! The untrained twin of a model as a file, so that PyTorch sees the very network that the page runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use glasshouse_model::{Config, Weights};
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};

/// What `glasshouse-train untrained` takes.
#[derive(Args)]
pub struct UntrainedArgs {
    /// Model folder, of which only config.json is read
    #[arg(long)]
    model: PathBuf,
    /// Seed of the weights
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The safetensors file to write, in f32; biases are left out, they are zeros
    #[arg(long)]
    out: PathBuf,
}

impl UntrainedArgs {
    /// The twin that the page draws for a model unless a seed is chosen.
    pub fn of(model: &Path, out: &Path) -> Self {
        let (model, out) = (model.to_owned(), out.to_owned());
        Self {
            model,
            seed: 0,
            out,
        }
    }
}

/// Draws the weights and writes them.
///
/// # Errors
/// Fails where the config cannot be used or the file not be written.
pub fn run(args: &UntrainedArgs) -> Result<()> {
    let path = args.model.join("config.json");
    let json = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let weights = Weights::untrained(&Config::parse(&json)?, args.seed);
    let tensors: Vec<_> = weights
        .iter()
        .map(|(name, tensor)| {
            let bytes: Vec<u8> = tensor.data().iter().flat_map(|x| x.to_le_bytes()).collect();
            (name, tensor.shape().to_vec(), bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>>>()?;
    serialize_to_file(views, None, &args.out).with_context(|| args.out.display().to_string())
}
