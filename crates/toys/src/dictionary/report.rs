//! How good a dictionary is, on what it was not trained on.

use serde::Serialize;

use super::data::{Source, mean_of};
use super::dot;
use super::trainer::Trainer;

/// Features that have been silent for so many steps count as dead.
const DEAD_AFTER: u32 = 200;

/// Numbers of one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Steps taken.
    pub step: u32,
    /// Of the last batch.
    pub loss: f32,
    /// Mean number of features above 0 at a held-out row.
    pub l0: f32,
    /// 1 − Σ‖x − x̂‖² / Σ‖x − mean‖² over held-out rows: sums, not a mean of ratios.
    pub explained_variance: f32,
    /// What as many principal components as `l0`, rounded, explain; null where there are not so many.
    pub pca: Option<f32>,
    /// Share of features that fired at none of the last 200 steps.
    pub dead: f32,
    /// Mean over the true features of the largest cosine with any decoder row; null where no truth is known.
    pub mean_max_cosine: Option<f32>,
    /// Held-out rows.
    pub rows: usize,
}

impl Trainer {
    /// Measures everything on the held-out rows.
    pub fn report(&self) -> Report {
        let width = self.settings.d_in;
        let rows = self.held_out.len() / width;
        let mean = mean_of(&self.held_out, width);
        let (residuals, features) = self.weights.residuals(&self.held_out, &self.settings);
        let active: usize = features.iter().map(Vec::len).sum();
        let missed: f64 = residuals.iter().map(|r| f64::from(r * r)).sum();
        let from_mean = self
            .held_out
            .chunks_exact(width)
            .flat_map(|row| row.iter().zip(&mean));
        let total: f64 = from_mean.map(|(x, m)| f64::from((x - m) * (x - m))).sum();
        let l0 = active as f32 / rows as f32;
        let dead = self
            .silent
            .iter()
            .filter(|&&silent| silent >= DEAD_AFTER)
            .count();
        Report {
            step: self.step(),
            loss: self.loss(),
            l0,
            explained_variance: if total > 0.0 {
                (1.0 - missed / total) as f32
            } else {
                0.0
            },
            pca: self.pca.get(l0.round() as usize).copied(),
            dead: dead as f32 / self.settings.d_sae as f32,
            mean_max_cosine: match &self.source {
                Source::Toy { truth, .. } => Some(mean_max_cosine(self.decoder(), truth, width)),
                Source::Rows { .. } => None,
            },
            rows,
        }
    }
}

/// The mean over the true rows of the largest cosine with any row of the dictionary, whose rows have length 1.
pub(super) fn mean_max_cosine(dictionary: &[f32], truth: &[f32], width: usize) -> f32 {
    let best = truth.chunks_exact(width).filter_map(|feature| {
        let length = dot(feature, feature).sqrt();
        let cosines = dictionary
            .chunks_exact(width)
            .map(|row| dot(row, feature) / length);
        (length > 0.0).then(|| cosines.fold(-1.0, f32::max))
    });
    let best: Vec<f32> = best.collect();
    best.iter().sum::<f32>() / best.len().max(1) as f32
}
