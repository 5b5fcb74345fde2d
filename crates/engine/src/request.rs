//! What the page asks of a session, as it crosses the border.

use glasshouse_hooks::{Edit, EditValue, HookPoint, How, expand};
use glasshouse_tensor::{Error, HostTensor, Result};
use serde::Deserialize;

/// One run of the model.
#[derive(Debug, Clone, Deserialize)]
pub struct RunRequest {
    /// Token ids, BOS included.
    pub tokens: Vec<u32>,
    /// Hook names to capture; `*` stands for one segment.
    #[serde(default)]
    pub hooks: Vec<String>,
    /// Edits, in order.
    #[serde(default)]
    pub edits: Vec<WireEdit>,
    /// Of which hooks the largest features of each position are wanted.
    #[serde(default, rename = "topFeatures")]
    pub top_features: Vec<WireTop>,
    /// The SAEs that are spliced in.
    #[serde(default)]
    pub saes: Vec<WireSae>,
    /// Whether the logits are wanted.
    #[serde(default)]
    pub logits: bool,
}

/// The `k` largest features of each position at a hook.
#[derive(Debug, Clone, Deserialize)]
pub struct WireTop {
    /// Hook name; `*` stands for one segment.
    pub hook: String,
    /// How many.
    pub k: usize,
}

/// An SAE of the session, as this run uses it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireSae {
    /// The number that the session gave it.
    pub sae: u32,
    /// Whether what its reconstruction misses is added to it.
    pub error_term: bool,
}

/// An edit whose tensor travels beside the request.
#[derive(Debug, Clone, Deserialize)]
pub struct WireEdit {
    /// Hook name; `*` stands for one segment.
    pub hook: String,
    /// Which heads.
    pub heads: Option<Vec<i64>>,
    /// Which positions.
    pub positions: Option<Vec<i64>>,
    /// Which entries of the last axis.
    pub features: Option<Vec<i64>>,
    /// What to do.
    pub how: How,
    /// What to add or put there.
    pub value: Option<WireValue>,
    /// The factor of `scale` and `add`.
    pub scale: Option<f32>,
}

/// A number, or the place of a tensor in the list that travels beside the request.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum WireValue {
    /// The same number everywhere.
    Number(f32),
    /// A tensor.
    Tensor {
        /// Index into the list.
        tensor: usize,
        /// Its shape.
        shape: Vec<usize>,
    },
}

/// What `<glass-induction>` asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InductionRequest {
    /// Token ids, BOS included.
    pub tokens: Vec<u32>,
    /// The selected position; negative ones count from the end.
    pub position: i64,
    /// How many next tokens to list.
    pub top_k: usize,
    /// Seed of the controls.
    pub seed: u64,
    /// Heads to switch off.
    #[serde(default)]
    pub ablations: Vec<glasshouse_interp::induction::Ablation>,
    /// Whether the patterns are wanted.
    #[serde(default)]
    pub patterns: bool,
}

impl RunRequest {
    /// The points to capture, in firing order and without repeats.
    ///
    /// # Errors
    /// [`Error::UnknownHook`].
    pub fn points(&self, valid: &[HookPoint]) -> Result<Vec<HookPoint>> {
        let mut asked = Vec::new();
        for name in &self.hooks {
            asked.extend(expand(name, valid)?);
        }
        let in_order = valid.iter().copied();
        Ok(in_order.filter(|point| asked.contains(point)).collect())
    }

    /// The points whose largest features are wanted, and how many of each.
    ///
    /// # Errors
    /// [`Error::UnknownHook`].
    pub fn top(&self, valid: &[HookPoint]) -> Result<Vec<(HookPoint, usize)>> {
        let mut top = Vec::new();
        for WireTop { hook, k } in &self.top_features {
            top.extend(expand(hook, valid)?.into_iter().map(|point| (point, *k)));
        }
        Ok(top)
    }

    /// The edits with their tensors.
    ///
    /// # Errors
    /// [`Error::UnknownHook`], [`Error::BadEdit`] where a value does not have its shape.
    pub fn edits(&self, valid: &[HookPoint], values: &[Vec<f32>]) -> Result<Vec<Edit>> {
        let mut edits = Vec::new();
        for wire in &self.edits {
            let value = wire
                .value
                .as_ref()
                .map(|value| resolve(value, &wire.hook, values));
            let value = value.transpose()?;
            for hook in expand(&wire.hook, valid)? {
                edits.push(Edit {
                    hook,
                    heads: wire.heads.clone(),
                    positions: wire.positions.clone(),
                    features: wire.features.clone(),
                    how: wire.how,
                    value: value.clone(),
                    scale: wire.scale,
                });
            }
        }
        Ok(edits)
    }
}

fn resolve(value: &WireValue, hook: &str, values: &[Vec<f32>]) -> Result<EditValue> {
    match value {
        WireValue::Number(number) => Ok(EditValue::Number(*number)),
        WireValue::Tensor { tensor, shape } => {
            let data = values.get(*tensor).cloned().unwrap_or_default();
            let length = data.len();
            HostTensor::new(shape.clone(), data)
                .map(EditValue::Tensor)
                .map_err(|_| {
                    Error::BadEdit(format!(
                        "The value of the edit at {hook} has {length} numbers, not shape {shape:?}."
                    ))
                })
        }
    }
}

/// A position that may count from the end, as an index.
///
/// # Errors
/// [`Error::BadInput`] where there is no such position.
pub fn position(position: i64, length: usize) -> Result<usize> {
    let resolved = if position < 0 {
        position + length as i64
    } else {
        position
    };
    usize::try_from(resolved)
        .ok()
        .filter(|&index| index < length)
        .ok_or_else(|| {
            Error::BadInput(format!(
                "There is no position {position} in {length} tokens."
            ))
        })
}
