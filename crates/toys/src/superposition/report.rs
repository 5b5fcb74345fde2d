use serde::Serialize;

use super::cpu::held_out_loss;
use super::geometry::Geometry;
use super::phase::expected_loss;
use super::settings::{Activation, Correlation, InstanceSettings, Settings, Task};

/// How many held-out samples a loss is measured on.
pub const HELD_OUT_SAMPLES: usize = 8_192;

/// One model, measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InstanceReport {
    /// p = 1 − S
    pub density: f32,
    /// Of the weights and of the data.
    pub seed: u32,
    /// Which draw of initial weights it began with.
    pub start: u32,
    /// Mean loss on [`HELD_OUT_SAMPLES`] samples that training never sees, the same at every report.
    pub loss: f32,
    /// Its expectation, exact: for up to three independent features that pass through a ReLU. A rare coincidence
    /// costs much and occurs in few samples, so that sparse models are told apart by this alone.
    #[serde(rename = "expectedLoss", skip_serializing_if = "Option::is_none")]
    pub expected_loss: Option<f64>,
    /// W, m rows of n: the tied weights, or the encoder.
    #[serde(rename = "W")]
    pub w: Vec<Vec<f32>>,
    /// The decoder where it is not tied, n rows of m.
    #[serde(rename = "W2", skip_serializing_if = "Option::is_none")]
    pub w2: Option<Vec<Vec<f32>>>,
    /// n biases.
    pub b: Vec<f32>,
    /// What the columns of W look like.
    #[serde(flatten)]
    pub geometry: Geometry,
    /// Whether training stopped because the loss left the range of numbers.
    pub diverged: bool,
}

impl InstanceReport {
    /// Measures model `index`, which has `parameters`; none where there is no such model.
    pub fn of(
        settings: &Settings,
        index: usize,
        parameters: &[f32],
        diverged: bool,
    ) -> Option<Self> {
        let instance = settings.instances.get(index)?;
        let (n, m) = (settings.n_features, settings.n_hidden);
        let (weights, b) = parameters.split_at_checked(parameters.len().checked_sub(n)?)?;
        let (w, w2) = weights.split_at_checked(m * n)?;
        let rows =
            |matrix: &[f32], width| matrix.chunks_exact(width).map(<[f32]>::to_vec).collect();
        Some(Self {
            density: instance.density,
            seed: instance.seed,
            start: instance.start,
            loss: held_out_loss(settings, instance, parameters, HELD_OUT_SAMPLES),
            expected_loss: expectation(settings, instance, parameters),
            geometry: Geometry::of(w, n),
            w: rows(w, n),
            w2: (!settings.tied).then(|| rows(w2, m)),
            b: b.to_vec(),
            diverged,
        })
    }
}

/// The exact expectation of the loss; none where the model is not the plain one of three features at most.
pub(crate) fn expectation(
    settings: &Settings,
    instance: &InstanceSettings,
    parameters: &[f32],
) -> Option<f64> {
    let plain = settings.tied
        && settings.activation == Activation::Relu
        && settings.task == Task::Reconstruct
        && settings.correlation == Correlation::None;
    let (w, b) = parameters.split_at_checked(settings.n_features * settings.n_hidden)?;
    let expected = || expected_loss(w, b, instance.density.into(), &instance.importance);
    plain.then(expected).flatten()
}
