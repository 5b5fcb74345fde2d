//! The proof, on the reader's own machine, that a backend computes what it should.

use std::collections::BTreeMap;

use glasshouse_border::{SelfCheck, TOLERANCE};
use glasshouse_hooks::HookPoint;
use glasshouse_model::{Config, RunOutput};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Error, HostTensor, Result};
use serde::Deserialize;

/// `reference.json`: one input and what some hooks must show.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The input.
    pub tokens: Vec<u32>,
    /// Points to capture.
    pub points: Vec<HookPoint>,
    tolerance: f64,
    expected: BTreeMap<HookPoint, HostTensor>,
    /// The logits of the last positions.
    logits: Option<HostTensor>,
}

#[derive(Deserialize)]
struct ReferenceFile {
    tokens: Vec<u32>,
    tolerance: f64,
    activations: BTreeMap<String, ReferenceTensor>,
}

#[derive(Deserialize)]
struct ReferenceTensor {
    shape: Vec<usize>,
    /// null stands for −∞, which JSON cannot write: a masked attention score.
    data: Vec<Option<f32>>,
}

impl Reference {
    /// Reads `reference.json` for a model with the hooks `valid`.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] where the file is malformed or names a hook the model does not have.
    pub fn parse(json: &str, valid: &[HookPoint]) -> Result<Self> {
        let bad =
            |what: String| Error::BadModelFile(format!("reference.json cannot be used: {what}."));
        let file: ReferenceFile =
            serde_json::from_str(json).map_err(|error| bad(error.to_string()))?;
        if !(file.tolerance > 0.0 && file.tolerance < 1.0) {
            return Err(bad(format!("its tolerance is {}", file.tolerance)));
        }
        let mut expected = BTreeMap::new();
        let mut logits = None;
        for (name, tensor) in file.activations {
            let masked = |number: Option<f32>| number.unwrap_or(f32::NEG_INFINITY);
            let data = tensor.data.into_iter().map(masked).collect();
            let tensor = HostTensor::new(tensor.shape, data)
                .map_err(|_| bad(format!("\"{name}\" does not have its shape")))?;
            if name == "logits" {
                logits = Some(tensor);
                continue;
            }
            let point = HookPoint::parse(&name)
                .filter(|point| valid.contains(point))
                .ok_or_else(|| bad(format!("this model has no hook \"{name}\"")))?;
            expected.insert(point, tensor);
        }
        Ok(Self {
            tokens: file.tokens,
            points: expected.keys().copied().collect(),
            tolerance: file.tolerance,
            expected,
            logits,
        })
    }

    /// A reference made of the CPU's own numbers, for a folder that has none.
    pub fn from_run(tokens: Vec<u32>, run: &RunOutput) -> Self {
        Self {
            tokens,
            points: run.captured.iter().map(|(point, _)| *point).collect(),
            tolerance: TOLERANCE,
            expected: run.captured.iter().cloned().collect(),
            logits: Some(run.logits.clone()),
        }
    }

    /// Compares a run over [`Reference::tokens`] that captured [`Reference::points`].
    ///
    /// # Errors
    /// [`Error::BadModelFile`] where a reference tensor has another shape than the model's.
    pub fn compare(&self, run: &RunOutput, reason: Option<String>) -> Result<SelfCheck> {
        let mut largest: f64 = 0.0;
        for (point, tensor) in &run.captured {
            if let Some(expected) = self.expected.get(point) {
                largest = largest.max(relative_diff(&point.to_string(), tensor, expected)?);
            }
        }
        if let Some(expected) = &self.logits {
            let last = last_rows(&run.logits, expected.shape()[0])?;
            largest = largest.max(relative_diff("logits", &last, expected)?);
        }
        Ok(SelfCheck {
            ok: largest <= self.tolerance,
            max_abs_diff: largest,
            tolerance: self.tolerance,
            reason,
        })
    }
}

/// The fixed input for folders without a reference: up to 16 tokens, the same everywhere.
pub fn fixed_input(config: &Config) -> Vec<u32> {
    let mut random = Stream::new(0, 0);
    let length = config.n_ctx.min(16);
    (0..length)
        .map(|_| random.below(config.d_vocab as u32))
        .collect()
}

/// The captures for folders without a reference: what every block leaves behind.
pub fn fixed_points(config: &Config) -> Vec<HookPoint> {
    let points = config.hook_points().into_iter();
    points
        .filter(|point| point.to_string().ends_with("hook_resid_post"))
        .collect()
}

fn relative_diff(name: &str, computed: &HostTensor, expected: &HostTensor) -> Result<f64> {
    let difference = computed.max_abs_diff(expected).map_err(|_| {
        Error::BadModelFile(format!(
            "reference.json: \"{name}\" has shape {:?}; the model gives {:?}.",
            expected.shape(),
            computed.shape()
        ))
    })?;
    Ok(f64::from(
        difference / expected.max_abs().max(f32::MIN_POSITIVE),
    ))
}

fn last_rows(logits: &HostTensor, count: usize) -> Result<HostTensor> {
    let [rows, vocabulary] = logits.shape()[..] else {
        return Err(Error::Internal("logits have two axes".into()));
    };
    let first = rows.saturating_sub(count);
    HostTensor::new(
        [rows - first, vocabulary],
        logits.data()[first * vocabulary..].to_vec(),
    )
}
