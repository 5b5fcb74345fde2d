//! A model folder and the transformer in it, written once over
//! [`Backend`](glasshouse_tensor::Backend).
//!
//! `config.json` → [`Config`], `model.safetensors` → [`Weights`], both → [`Transformer`]. [`Runner`]
//! runs it and recomputes only what changed since the last run.

mod attention;
mod config;
mod field;
mod init;
mod mlp;
mod norm;
mod runner;
mod sae;
mod transformer;
mod weights;

pub use config::{Config, Normalization, Positions};
pub use field::{Fields, shown};
pub use runner::{Look, RunOutput, Runner};
pub use sae::{ActivationNorm, Architecture, AttachedSae, Sae, SaeConfig};
pub use transformer::{KeyValueCache, Transformer};
pub use weights::{Means, Weights};
