//! Changing what a network believes of the board, and what it plays then.
//!
//! At the last position, at the hooks of the chosen layers, the edit adds
//! `scale · ‖x‖ · Σ (w_to − w_from) / ‖w_to − w_from‖`, summed over the changed squares: `w_s` is the column
//! of the mine/theirs probe *of that layer* for state s of the square, `from` its true state, `to` the one
//! after the edit, and `x` the unedited residual stream there. So each square contributes one unit vector
//! (the scaled unit probe vector of Nanda, Lee and Wattenberg 2023), and `scale` counts in lengths of the
//! stream, which grows manyfold from layer to layer; the length is a number, so the edit is ordinary data.
//! The network has changed its mind when its N most probable squares are the N legal moves of the changed
//! board.

use std::ops::Range;

use glasshouse_hooks::{Edit, EditValue, How};
use glasshouse_model::Runner;
use glasshouse_othello::{Board, Frame};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Backend, Error, HostTensor, Result};
use serde::Serialize;

use super::edit::{Edited, Ignored, SQUARES, Step, squares_of, state_of};
use super::moves::{Errors, Moves, errors, moves};
use super::probes::Probes;
use crate::probe::norm;
use crate::random_heads::percentile;

/// Random directions behind a mean and a 95th percentile that a reader sees.
pub const DRAWS: usize = 64;
/// Random directions behind each mean of a sweep.
pub const SWEEP_DRAWS: usize = 16;
/// First random stream of the directions; the number of the layer and of the draw are added.
const DIRECTIONS: u64 = 2 << 32;
/// Random stream of the unrelated squares.
const UNRELATED: u64 = 3 << 32;

/// Where and how strongly the belief is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Strength {
    /// Layers of the probes: 0 the embedding, l after block l − 1.
    pub layers: Vec<usize>,
    /// Length of the vector that each changed square adds, over the length of the stream.
    pub scale: f32,
    /// Random directions behind the control.
    pub draws: usize,
    /// Whether each layer alone is tried as well.
    pub sweep: bool,
    /// Seed of the controls.
    pub seed: u64,
}

/// The position at which a belief is changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Believed<'a> {
    /// The moves so far.
    pub ids: &'a [u32],
    /// The true board.
    pub truth: Board<8>,
    /// What the unchanged network says at the last position.
    pub logits: &'a [f32],
    /// Length of the unedited stream there, by layer of the probes.
    pub lengths: &'a [f32],
}

/// What the network plays on the changed board.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Intervention {
    /// The unchanged network against the changed board.
    pub before: Errors,
    /// The changed network against the changed board.
    pub after: After,
    /// The same by other means.
    pub control: Control,
    /// Legal moves of the changed board.
    pub edited_legal: Vec<u32>,
    /// Legal on it, but not on the true board.
    pub newly_legal: Vec<u32>,
    /// Legal on the true board, but not on it.
    pub newly_illegal: Vec<u32>,
    /// What differs from the true board.
    pub changes: Vec<Step>,
    /// Edits that change nothing here.
    pub ignored: Vec<Ignored>,
    /// Each layer alone.
    pub sweep: Option<Vec<SweepPoint>>,
}

/// The changed network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct After {
    /// Against the changed board.
    #[serde(flatten)]
    pub errors: Errors,
    /// Its moves; legal means legal on the changed board.
    #[serde(flatten)]
    pub moves: Moves,
}

/// What chance shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Random directions of the same length at the same layers.
    pub random_direction: RandomDirection,
    /// The same change made to other squares of the same state; none where there are not enough.
    pub unrelated_square: Option<Unrelated>,
}

/// Errors under random directions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RandomDirection {
    /// Mean over the draws.
    pub mean: f64,
    /// 95th percentile.
    pub p95: f64,
    /// How many draws.
    pub draws: usize,
    /// The first draw in full; none where there are no draws.
    pub first: Option<After>,
}

/// Errors under a change elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unrelated {
    /// Against the changed board.
    #[serde(flatten)]
    pub errors: Errors,
    /// The squares that were changed instead.
    pub squares: Vec<u32>,
}

/// The edit at one layer alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SweepPoint {
    /// 0 the embedding, l after block l − 1.
    pub layer: usize,
    /// Errors of the edit.
    pub errors: usize,
    /// Mean errors of random directions of the same length.
    pub random_errors: f64,
}

/// The vector that a layer's edit adds, before `scale`, `[d_model]`.
fn direction(probes: &Probes, layer: usize, steps: &[Step]) -> Vec<f32> {
    let probe = &probes.model(Frame::MineTheirs)[layer];
    let mut sum = vec![0.0; probe.inputs()];
    for step in steps {
        let unit = probe.direction(step.square as usize, step.from, step.to);
        for (sum, unit) in sum.iter_mut().zip(unit) {
            *sum += unit;
        }
    }
    sum
}

/// A random vector of the length of `like`.
fn random_like(like: &[f32], random: &mut Stream) -> Vec<f32> {
    let mut vector: Vec<f32> = like.iter().map(|_| random.normal()).collect();
    let factor = norm(like) / norm(&vector).max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|number| *number *= factor);
    vector
}

/// The edits that make the network believe in the changed squares, and so many random ones of the same
/// length.
struct Tries<'p> {
    probes: &'p Probes,
    lengths: &'p [f32],
    scale: f32,
    seed: u64,
}

impl Tries<'_> {
    /// The edit that adds `scale · ‖x‖ · direction` at the last position of a layer.
    fn edit_at(&self, layer: usize, direction: Vec<f32>) -> Result<Edit> {
        let value = HostTensor::new([direction.len()], direction)?;
        Ok(Edit {
            hook: self.probes.hooks[layer],
            heads: None,
            positions: Some(vec![-1]),
            features: None,
            how: How::Add,
            value: Some(EditValue::Tensor(value)),
            scale: Some(self.scale * self.lengths[layer]),
        })
    }

    fn believed(&self, layers: &[usize], steps: &[Step]) -> Result<Vec<Edit>> {
        layers
            .iter()
            .map(|&layer| self.edit_at(layer, direction(self.probes, layer, steps)))
            .collect()
    }

    fn random(&self, layers: &[usize], steps: &[Step], draw: usize) -> Result<Vec<Edit>> {
        layers
            .iter()
            .map(|&layer| {
                let stream = DIRECTIONS + ((layer as u64) << 16) + draw as u64;
                let mut random = Stream::new(self.seed, stream);
                let like = direction(self.probes, layer, steps);
                self.edit_at(layer, random_like(&like, &mut random))
            })
            .collect()
    }
}

/// The same changes on other squares that truly are in the same states; none where there are not enough.
fn unrelated(truth: Board<8>, steps: &[Step], seed: u64) -> Option<Vec<Step>> {
    let mut random = Stream::new(seed, UNRELATED);
    let mut taken: Vec<u32> = steps.iter().map(|step| step.square).collect();
    steps
        .iter()
        .map(|step| {
            let free: Vec<u32> = (0..SQUARES as u32)
                .filter(|&square| state_of(truth, square) == step.from && !taken.contains(&square))
                .collect();
            let square = *free.get(random.below(free.len() as u32) as usize)?;
            taken.push(square);
            Some(Step { square, ..*step })
        })
        .collect()
}

/// Changes the network's belief. One run of one position per try.
///
/// # Errors
/// [`Error::BadInput`] for a layer that there is not, and what [`Runner::last_logits`] fails with.
pub async fn intervene<B: Backend>(
    model: &mut Runner<B>,
    probes: &Probes,
    at: &Believed<'_>,
    edited: &Edited,
    strength: &Strength,
) -> Result<Intervention> {
    let (steps, layers) = (&edited.steps, &strength.layers);
    let most = probes.hooks.len() - 1;
    if let Some(layer) = layers.iter().find(|&&layer| layer > most) {
        return Err(Error::BadInput(format!(
            "There is no layer {layer} to edit: there are 0 (the embedding) to {most}."
        )));
    }
    let tries = Tries {
        probes,
        lengths: at.lengths,
        scale: strength.scale,
        seed: strength.seed,
    };
    let elsewhere = unrelated(at.truth, steps, strength.seed);
    let mut variants = vec![tries.believed(layers, steps)?];
    let mut add = |tried: Vec<Vec<Edit>>| -> Range<usize> {
        let first = variants.len();
        variants.extend(tried);
        first..variants.len()
    };
    let other = elsewhere
        .as_ref()
        .map(|steps| Ok(add(vec![tries.believed(layers, steps)?]).start))
        .transpose()?;
    let random = (0..strength.draws).map(|draw| tries.random(layers, steps, draw));
    let random = add(random.collect::<Result<_>>()?);
    let swept = (0..=most).filter(|_| strength.sweep).map(|layer| {
        let alone = add(vec![tries.believed(&[layer], steps)?]).start;
        let random = (0..SWEEP_DRAWS).map(|draw| tries.random(&[layer], steps, draw));
        Ok((layer, alone, add(random.collect::<Result<_>>()?)))
    });
    let swept: Vec<_> = swept.collect::<Result<_>>()?;

    let all = model.last_logits(at.ids, &variants).await?;
    let row = |variant: usize| {
        let width = all.shape()[1];
        &all.data()[variant * width..(variant + 1) * width]
    };
    let legal = edited.board.legal();
    let count = |variant: usize| Ok(errors(row(variant), legal)?.errors as f64);
    let counts = |variants: Range<usize>| variants.map(count).collect::<Result<Vec<f64>>>();
    let after = |variant: usize| {
        Ok(After {
            errors: errors(row(variant), legal)?,
            moves: moves(row(variant), legal)?,
        })
    };
    let first = random.clone().next().map(after).transpose()?;
    let by_chance = counts(random)?;
    let sweep = swept.into_iter().map(|(layer, alone, random)| {
        Ok(SweepPoint {
            layer,
            errors: errors(row(alone), legal)?.errors,
            random_errors: mean(&counts(random)?),
        })
    });
    let sweep: Vec<SweepPoint> = sweep.collect::<Result<_>>()?;
    Ok(Intervention {
        before: errors(at.logits, legal)?,
        after: after(0)?,
        control: Control {
            random_direction: RandomDirection {
                mean: mean(&by_chance),
                draws: by_chance.len(),
                p95: percentile(by_chance, 0.95),
                first,
            },
            unrelated_square: match (other, elsewhere) {
                (Some(variant), Some(steps)) => Some(Unrelated {
                    errors: errors(row(variant), legal)?,
                    squares: steps.iter().map(|step| step.square).collect(),
                }),
                _ => None,
            },
        },
        edited_legal: squares_of(legal),
        newly_legal: squares_of(legal & !at.truth.legal()),
        newly_illegal: squares_of(at.truth.legal() & !legal),
        changes: steps.clone(),
        ignored: edited.ignored.clone(),
        sweep: strength.sweep.then_some(sweep),
    })
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len().max(1) as f64
}
