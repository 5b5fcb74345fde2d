use glasshouse_backend_cpu::Eight;

use super::draw::{Draw, Purpose, TILE};
use super::init::initial;
use super::settings::{InstanceSettings, Settings};
use super::tile::{Loss, Tile, Weights};
use crate::adam::{Moments, Schedule, StepSize};

/// What some steps of training left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Steps taken since the beginning.
    pub step: u32,
    /// Of every model: its loss on the batches of these steps, averaged; NaN once it has diverged.
    pub loss: Vec<f32>,
    /// Whether a model's loss has left the range of numbers, so that it stands still.
    pub diverged: Vec<bool>,
}

/// Trains many models, one after the other, on one CPU thread.
pub struct CpuTrainer {
    settings: Settings,
    models: Vec<Model>,
    schedule: Schedule,
    scratch: Scratch,
}

#[derive(Clone)]
struct Model {
    parameters: Vec<f32>,
    moments: Moments,
    diverged: bool,
}

/// Room for one step of one model.
struct Scratch {
    tile: Tile,
    weights: Weights,
    /// The gradient before its lanes are summed.
    sums: Vec<Eight>,
    gradient: Vec<f32>,
}

impl CpuTrainer {
    /// The models before their first step.
    pub fn new(settings: Settings) -> Self {
        let start = |instance| Model {
            parameters: initial(&settings, instance),
            moments: Moments::zeros(settings.parameters()),
            diverged: false,
        };
        Self {
            models: settings.instances.iter().map(start).collect(),
            schedule: Schedule::of(&settings),
            scratch: Scratch {
                tile: Tile::zeros(&settings),
                weights: Weights::zeros(&settings),
                sums: vec![Eight::splat(0.0); settings.parameters()],
                gradient: vec![0.0; settings.parameters()],
            },
            settings,
        }
    }

    /// What is trained.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Steps taken since the beginning.
    pub fn step(&self) -> u32 {
        self.schedule.taken()
    }

    /// Takes exactly `steps` steps of every model that has not diverged.
    pub fn train(&mut self, steps: u32) -> Slice {
        let first = self.step();
        let sizes: Vec<StepSize> = self.schedule.by_ref().take(steps as usize).collect();
        let mut loss = Vec::with_capacity(self.models.len());
        for (model, instance) in self.models.iter_mut().zip(&self.settings.instances) {
            let settings = &self.settings;
            let draw = Draw::new(settings, instance, Purpose::Training);
            let costs = Loss::new(settings, &instance.importance, settings.batch);
            let mut total = 0.0;
            for (&size, step) in sizes.iter().zip(first..) {
                if model.diverged {
                    break;
                }
                let data_step = if settings.fixed_data { 0 } else { step };
                let loss = self
                    .scratch
                    .gradient(settings, model, &draw, &costs, data_step);
                total += f64::from(loss);
                if loss.is_finite() {
                    model
                        .moments
                        .update(&mut model.parameters, &self.scratch.gradient, size);
                } else {
                    model.diverged = true;
                }
            }
            loss.push(if model.diverged {
                f32::NAN
            } else {
                (total / f64::from(steps)) as f32
            });
        }
        Slice {
            step: self.step(),
            loss,
            diverged: self.models.iter().map(|model| model.diverged).collect(),
        }
    }

    /// Goes on with the chosen models only, in the order given.
    pub fn keep(&mut self, chosen: &[usize]) {
        let settings = &mut self.settings;
        settings.instances = chosen
            .iter()
            .filter_map(|&i| settings.instances.get(i).cloned())
            .collect();
        self.models = chosen
            .iter()
            .filter_map(|&i| self.models.get(i).cloned())
            .collect();
    }

    /// The gradient of the last model's last step.
    #[cfg(test)]
    pub(super) fn last_gradient(&self) -> &[f32] {
        &self.scratch.gradient
    }

    /// Parameters of every model, each W `[m, n]`, W₂ `[n, m]` where untied, b `[n]`.
    pub fn parameters(&self) -> impl Iterator<Item = &[f32]> {
        self.models.iter().map(|model| &model.parameters[..])
    }
}

impl Scratch {
    /// The mean loss of one batch; leaves its gradient behind.
    fn gradient(
        &mut self,
        settings: &Settings,
        model: &Model,
        draw: &Draw,
        costs: &Loss,
        step: u32,
    ) -> f32 {
        self.weights.set(settings, &model.parameters);
        self.sums.fill(Eight::splat(0.0));
        let mut loss = Eight::splat(0.0);
        let Self {
            tile,
            weights,
            sums,
            ..
        } = self;
        for (index, first) in (0..settings.batch).step_by(TILE).enumerate() {
            draw.tile(index as u32, step, &mut tile.x);
            tile.forward(weights, costs, settings.batch - first, &mut loss);
            tile.backward(weights, costs, settings.tied, sums);
        }
        for (slope, sum) in self.gradient.iter_mut().zip(&self.sums) {
            *slope = sum.total();
        }
        loss.total() / (settings.batch as f32 * settings.n_features as f32)
    }
}

/// The mean loss of `parameters` on `samples` held-out samples, which training never sees.
pub fn held_out_loss(
    settings: &Settings,
    instance: &InstanceSettings,
    parameters: &[f32],
    samples: usize,
) -> f32 {
    let mut tile = Tile::zeros(settings);
    let mut weights = Weights::zeros(settings);
    weights.set(settings, parameters);
    let draw = Draw::new(settings, instance, Purpose::HeldOut);
    let costs = Loss::new(settings, &instance.importance, samples);
    let mut loss = 0.0;
    for (index, first) in (0..samples).step_by(TILE).enumerate() {
        draw.tile(index as u32, 0, &mut tile.x);
        let mut sum = Eight::splat(0.0);
        tile.forward(&weights, &costs, samples - first, &mut sum);
        loss += f64::from(sum.total());
    }
    (loss / (samples as f64 * settings.n_features as f64)) as f32
}
