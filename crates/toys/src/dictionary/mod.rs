//! Small sparse autoencoders, trained live on activations or on a toy model whose features are known.
//!
//! f = act(W_enc (x − b_dec) + b_enc), x̂ = W_decᵀ f + b_dec, decoder rows of length 1. `standard`:
//! ReLU and λ Σ f beside ‖x − x̂‖² (Bricken et al. 2023); `topk`: the k largest activations above 0 and
//! no penalty (Gao et al. 2024). Inputs are scaled so that ‖x‖² is d_in on average.

mod data;
mod gpu;
mod pca;
mod report;
mod trainer;

pub use data::Source;
pub use gpu::GpuTrainer;
pub use report::Report;
pub use trainer::Trainer;

use glasshouse_tensor::{Error, Result};
use serde::Deserialize;

/// What is trained.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Width of what is read.
    pub d_in: usize,
    /// Number of features.
    pub d_sae: usize,
    /// SAELens's name of what is computed.
    pub architecture: Architecture,
    /// λ of `standard`, k of `topk`; may be changed while training goes on.
    pub sparsity: f32,
    /// Of Adam.
    pub learning_rate: f32,
    /// Rows at each step.
    pub batch: usize,
    /// Features that have not fired for so many steps are drawn anew; 0 leaves them.
    pub resample_every: u32,
    /// Whether the random decoder rows stay as they are: the control.
    pub frozen_decoder: bool,
    /// Of weights and batches.
    pub seed: u64,
}

/// What is done between pre-activations and features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// ReLU with an L1 penalty.
    Standard,
    /// The k largest.
    TopK,
}

/// Most numbers in one matrix of weights.
const MOST_WEIGHTS: usize = 1 << 22;

impl Settings {
    /// # Errors
    /// [`Error::BadSettings`], naming what cannot be trained.
    pub fn check(&self) -> Result<()> {
        let refuse = |sentence: String| Err(Error::BadSettings(sentence));
        let weights = self.d_in.saturating_mul(self.d_sae);
        if weights == 0 || weights > MOST_WEIGHTS {
            return refuse(format!(
                "A dictionary of {} features of width {} has {weights} weights; between 1 and {MOST_WEIGHTS} can be trained here.",
                self.d_sae, self.d_in
            ));
        }
        if self.batch == 0 || self.batch > 4096 {
            return refuse(format!("A batch has 1 to 4096 rows, not {}.", self.batch));
        }
        if !(self.learning_rate > 0.0 && self.learning_rate <= 1.0) {
            return refuse(format!(
                "The learning rate lies between 0 and 1, not at {}.",
                self.learning_rate
            ));
        }
        self.check_sparsity(self.sparsity)
    }

    pub(crate) fn check_sparsity(&self, sparsity: f32) -> Result<()> {
        let (fits, what) = match self.architecture {
            Architecture::Standard => {
                ((0.0..=1e3).contains(&sparsity), "λ lies between 0 and 1000")
            }
            Architecture::TopK => (
                sparsity.fract() == 0.0 && sparsity >= 1.0 && sparsity <= self.d_sae as f32,
                "k is a whole number from 1 to the number of features",
            ),
        };
        if fits {
            return Ok(());
        }
        Err(Error::BadSettings(format!("{what}, not {sparsity}.")))
    }
}

/// The inner product, eight lanes at a time.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (a_blocks, b_blocks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = a_blocks
        .remainder()
        .iter()
        .zip(b_blocks.remainder())
        .map(|(x, y)| x * y);
    let rest: f32 = rest.sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// The inner products of four rows with one, which is read once for all of them.
fn four_dots(rows: [&[f32]; 4], with: &[f32]) -> [f32; 4] {
    let mut lanes = [[0.0f32; 4]; 4];
    let whole = with.len() / 4 * 4;
    for (at, y) in with.chunks_exact(4).enumerate() {
        for (lanes, row) in lanes.iter_mut().zip(rows) {
            let x = &row[4 * at..4 * at + 4];
            for lane in 0..4 {
                lanes[lane] += x[lane] * y[lane];
            }
        }
    }
    let rest = |row: &[f32]| dot(&row[whole..], &with[whole..]);
    std::array::from_fn(|row| lanes[row].iter().sum::<f32>() + rest(rows[row]))
}

/// Every row of `a` with every row of `b`: `[a, b]`.
pub(crate) fn products(a: &[f32], b: &[f32], width: usize) -> Vec<f32> {
    let columns = b.len() / width;
    let mut out = vec![0.0; a.len() / width * columns];
    let blocks = a.chunks(4 * width).zip(out.chunks_mut(4 * columns));
    for (block, out) in blocks {
        let rows: Vec<&[f32]> = block.chunks_exact(width).collect();
        for (column, with) in b.chunks_exact(width).enumerate() {
            if let Ok(rows) = <[&[f32]; 4]>::try_from(&rows[..]) {
                for (row, product) in four_dots(rows, with).into_iter().enumerate() {
                    out[row * columns + column] = product;
                }
            } else {
                for (row, x) in rows.iter().enumerate() {
                    out[row * columns + column] = dot(x, with);
                }
            }
        }
    }
    out
}

/// `to += factor · from`
pub(crate) fn add_scaled(to: &mut [f32], factor: f32, from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

/// Brings a row to length 1; 0 stays 0.
pub(crate) fn normalise(row: &mut [f32]) {
    let length = dot(row, row).sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|x| *x /= length);
    }
}

#[cfg(test)]
mod tests;
