use std::fs;

use glasshouse_hooks::HookPoint;
use glasshouse_model::{Config, Sae, SaeConfig, Weights};
use glasshouse_tensor::Backend;
use serde_json::Value;

use crate::golden::{EditCase, edit_case, root, rows, tensors, word};

/// A folder of `tests/golden/saes`: a sparse autoencoder, and what SAELens computes where it is spliced
/// into a model of `tests/golden`.
pub struct GoldenSae {
    /// The folder's name.
    pub id: String,
    /// The model that it belongs to.
    pub model: String,
    /// Where it sits.
    pub hook: HookPoint,
    /// Runs, each with whether the error term was on.
    pub cases: Vec<(bool, EditCase)>,
}

impl GoldenSae {
    /// Every folder, by name.
    pub fn all() -> Vec<Self> {
        let mut ids: Vec<String> = fs::read_dir(root().join("saes"))
            .expect("tests/golden/saes can be listed")
            .map(|entry| entry.expect("tests/golden/saes can be listed").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        ids.sort();
        assert!(ids.len() >= 12, "only {} SAEs found", ids.len());
        ids.iter().map(|id| Self::open(id)).collect()
    }

    /// One folder.
    pub fn open(id: &str) -> Self {
        let folder = root().join("saes").join(id);
        let json = String::from_utf8(bytes(id, "cases.json")).expect("UTF-8");
        let cases: Value = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{id}: {e}"));
        let tensors = tensors(&folder.join("expect.safetensors"));
        Self {
            id: id.to_owned(),
            model: word(&cases["model"]),
            hook: HookPoint::parse(&word(&cases["hook"])).expect("a hook"),
            cases: rows(&cases["cases"])
                .map(|case| (case["errorTerm"] == true, edit_case(case, &tensors)))
                .collect(),
        }
    }

    /// Its config, read by the product's own parser.
    pub fn config(&self) -> SaeConfig {
        let json = String::from_utf8(self.bytes("cfg.json")).expect("UTF-8");
        SaeConfig::parse(&json).unwrap_or_else(|e| panic!("{}: {e}", self.id))
    }

    /// Its weights, read by the product's own loader.
    pub fn weights(&self) -> Weights {
        let file = "sae_weights.safetensors";
        Weights::parse(file, &self.bytes(file)).unwrap_or_else(|e| panic!("{}: {e}", self.id))
    }

    /// The SAE on `backend`, for the model of `config`.
    pub fn load<B: Backend>(&self, backend: &B, config: &Config) -> Sae<B> {
        Sae::load(backend, config, self.config(), self.weights())
            .unwrap_or_else(|e| panic!("{}: {e}", self.id))
    }

    /// The bytes of one of its files.
    pub fn bytes(&self, file: &str) -> Vec<u8> {
        bytes(&self.id, file)
    }
}

fn bytes(id: &str, file: &str) -> Vec<u8> {
    let path = root().join("saes").join(id).join(file);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
