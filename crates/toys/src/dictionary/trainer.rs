//! Training, step by step.

use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Error, Result};

use super::data::{Source, mean_of, scale_of};
use super::{Architecture, Settings, add_scaled, dot, normalise, pca, products};
use crate::adam::{Moments, Schedule};

/// Streams of the seed.
const WEIGHTS_STREAM: u64 = 0;
const BATCH_STREAM: u64 = 1;
/// Rows that scale and mean are measured on where there is no end of them.
const MEASURED: usize = 4096;
/// Most principal components of the control.
const MOST_COMPONENTS: usize = 64;
/// Length of a redrawn encoder row, as a share of the mean length of those in use.
const REDRAWN_LENGTH: f32 = 0.2;

/// A dictionary in training.
pub struct Trainer {
    pub(super) settings: Settings,
    pub(super) source: Source,
    /// Factor on every input.
    pub(super) scale: f32,
    /// Scaled.
    pub(super) held_out: Vec<f32>,
    pub(super) pca: Vec<f32>,
    pub(super) weights: Weights,
    /// Of encoder, decoder, b_enc and b_dec.
    pub(super) moments: [Moments; 4],
    pub(super) schedule: Schedule,
    batches: Stream,
    /// Steps since each feature fired.
    pub(super) silent: Vec<u32>,
    pub(super) loss: f32,
}

/// Encoder and decoder, one row per feature in both.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights {
    /// `[d_sae, d_in]`
    pub(super) encoder: Vec<f32>,
    /// `[d_sae, d_in]`
    pub(super) decoder: Vec<f32>,
    pub(super) b_enc: Vec<f32>,
    pub(super) b_dec: Vec<f32>,
}

impl Trainer {
    /// Begins anew, from the same seed.
    ///
    /// # Errors
    /// None that [`Trainer::new`] had not.
    pub fn reset(&mut self) -> Result<()> {
        let none = Source::Rows {
            train: Vec::new(),
            held_out: Vec::new(),
        };
        let source = std::mem::replace(&mut self.source, none);
        *self = Self::new(self.settings.clone(), source)?;
        Ok(())
    }

    /// Draws the weights: random unit decoder rows, the encoder their transpose, `b_dec` the mean input.
    ///
    /// # Errors
    /// [`Error::BadSettings`].
    pub fn new(settings: Settings, source: Source) -> Result<Self> {
        settings.check()?;
        source.check(&settings)?;
        let width = settings.d_in;
        let mut measured = match &source {
            Source::Rows { train, .. } => train.clone(),
            Source::Toy { .. } => source.draw(MEASURED, width, &mut Stream::new(settings.seed, 2)),
        };
        let scale = scale_of(&measured, width);
        measured.iter_mut().for_each(|x| *x *= scale);
        let mut held_out = source.held_out(&settings);
        held_out.iter_mut().for_each(|x| *x *= scale);
        let mut stream = Stream::new(settings.seed, WEIGHTS_STREAM);
        let size = width * settings.d_sae;
        let mut decoder: Vec<f32> = (0..size).map(|_| stream.normal()).collect();
        decoder.chunks_exact_mut(width).for_each(normalise);
        let weights = Weights {
            encoder: decoder.clone(),
            decoder,
            b_enc: vec![0.0; settings.d_sae],
            b_dec: mean_of(&measured, width),
        };
        Ok(Self {
            scale,
            pca: pca::explained(&measured, &held_out, width, MOST_COMPONENTS),
            held_out,
            moments: [size, size, settings.d_sae, width].map(Moments::zeros),
            schedule: Schedule::constant(settings.learning_rate),
            batches: Stream::new(settings.seed, BATCH_STREAM),
            silent: vec![0; settings.d_sae],
            loss: 0.0,
            weights,
            source,
            settings,
        })
    }

    /// Steps taken.
    pub fn step(&self) -> u32 {
        self.schedule.taken()
    }

    /// Loss of the last batch: ‖x − x̂‖² a row, with the penalty.
    pub fn loss(&self) -> f32 {
        self.loss
    }

    /// Decoder rows `[d_sae, d_in]`, each of length 1.
    pub fn decoder(&self) -> &[f32] {
        &self.weights.decoder
    }

    /// From now on λ or k is this.
    ///
    /// # Errors
    /// [`Error::BadSettings`].
    pub fn set_sparsity(&mut self, sparsity: f32) -> Result<()> {
        self.settings.check_sparsity(sparsity)?;
        self.settings.sparsity = sparsity;
        Ok(())
    }

    /// Takes so many steps.
    ///
    /// # Errors
    /// [`Error::BadSettings`] once the loss is no number any more.
    pub fn train(&mut self, steps: u32) -> Result<()> {
        for _ in 0..steps {
            let last_before = self.resampling_after() == Some(1);
            let batch = self.next_batch();
            self.descend(&batch);
            self.check_loss()?;
            if last_before && self.any_dead() {
                self.resample(&batch);
            }
        }
        Ok(())
    }

    /// The rows of the next step, scaled.
    pub(super) fn next_batch(&mut self) -> Vec<f32> {
        let Settings { batch, d_in, .. } = self.settings;
        let mut batch = self.source.draw(batch, d_in, &mut self.batches);
        batch.iter_mut().for_each(|x| *x *= self.scale);
        batch
    }

    pub(super) fn check_loss(&self) -> Result<()> {
        if self.loss.is_finite() {
            return Ok(());
        }
        Err(Error::BadSettings(
            "The loss is no number any more: lower the learning rate.".into(),
        ))
    }

    /// Steps from here to the next after which silent features are drawn anew; `None` where they never are.
    pub(super) fn resampling_after(&self) -> Option<u32> {
        let every = self.settings.resample_every;
        let resamples = every > 0 && !self.settings.frozen_decoder;
        resamples.then(|| every - self.step() % every)
    }

    pub(super) fn any_dead(&self) -> bool {
        let after = self.settings.resample_every;
        self.silent.iter().any(|&silent| silent >= after)
    }

    fn descend(&mut self, batch: &[f32]) {
        let (loss, mut gradient, fired) = self.weights.gradient(batch, &self.settings);
        self.loss = loss;
        for (silent, fired) in self.silent.iter_mut().zip(fired) {
            *silent = if fired { 0 } else { silent.saturating_add(1) };
        }
        let Some(size) = self.schedule.next() else {
            return;
        };
        let width = self.settings.d_in;
        // Along a row only its length would change, which is put back anyway.
        let rows = gradient.decoder.chunks_exact_mut(width);
        for (gradient, row) in rows.zip(self.weights.decoder.chunks_exact(width)) {
            add_scaled(gradient, -dot(gradient, row), row);
        }
        let [encoder, decoder, b_enc, b_dec] = &mut self.moments;
        let weights = &mut self.weights;
        encoder.update(&mut weights.encoder, &gradient.encoder, size);
        b_enc.update(&mut weights.b_enc, &gradient.b_enc, size);
        b_dec.update(&mut weights.b_dec, &gradient.b_dec, size);
        if !self.settings.frozen_decoder {
            decoder.update(&mut weights.decoder, &gradient.decoder, size);
            weights.decoder.chunks_exact_mut(width).for_each(normalise);
        }
    }

    /// Features that have been silent since the last time point where a badly reconstructed row, drawn by
    /// its squared loss, is missed (Bricken et al. 2023).
    pub(super) fn resample(&mut self, batch: &[f32]) {
        let width = self.settings.d_in;
        let dead = |silent: &&u32| **silent >= self.settings.resample_every;
        let (residuals, _) = self.weights.residuals(batch, &self.settings);
        let residuals: Vec<Vec<f32>> = residuals
            .chunks_exact(width)
            .map(|wrong| wrong.iter().map(|x| -x).collect())
            .collect();
        let chances: Vec<f32> = residuals.iter().map(|r| dot(r, r) * dot(r, r)).collect();
        let whole: f32 = chances.iter().sum();
        let (mut length, mut living) = (0.0, 0.0f32);
        for (row, silent) in self.weights.encoder.chunks_exact(width).zip(&self.silent) {
            if !dead(&silent) {
                length += dot(row, row).sqrt();
                living += 1.0;
            }
        }
        let length = REDRAWN_LENGTH * if living > 0.0 { length / living } else { 1.0 };
        for feature in 0..self.settings.d_sae {
            if self.silent[feature] < self.settings.resample_every {
                continue;
            }
            let mut left = self.batches.uniform() * whole;
            let drawn = chances.iter().position(|chance| {
                left -= chance;
                left < 0.0
            });
            let mut direction = residuals[drawn.unwrap_or(0)].clone();
            normalise(&mut direction);
            let at = feature * width..(feature + 1) * width;
            self.weights.decoder[at.clone()].copy_from_slice(&direction);
            direction.iter_mut().for_each(|x| *x *= length);
            self.weights.encoder[at.clone()].copy_from_slice(&direction);
            self.weights.b_enc[feature] = 0.0;
            self.silent[feature] = 0;
            let [encoder, decoder, b_enc, _] = &mut self.moments;
            encoder.forget(at.clone());
            decoder.forget(at);
            b_enc.forget(feature..feature + 1);
        }
    }
}

/// One feature of a row and its activation, which is above 0.
type Active = (usize, f32);

/// Leaves the `k` largest of more than so many: as in the kernel, the bits of the `k`-th are found one by one,
/// since numbers above 0 are in the order of their bits. Of equals the first stay, so that of two features that
/// were drawn alike one falls silent.
fn keep_largest(active: &mut Vec<Active>, k: usize) {
    let at_least = |bits: u32| active.iter().filter(|(_, f)| f.to_bits() >= bits).count();
    let mut kth = 0u32;
    for bit in (0..31).rev() {
        if at_least(kth | 1 << bit) >= k {
            kth |= 1 << bit;
        }
    }
    let mut ties = k - at_least(kth + 1);
    active.retain(|(_, f)| {
        let tie = f.to_bits() == kth && ties > 0;
        ties -= usize::from(tie);
        tie || f.to_bits() > kth
    });
}

impl Weights {
    /// Encoder, decoder, b_enc and b_dec.
    pub(super) fn parts(&self) -> [&Vec<f32>; 4] {
        [&self.encoder, &self.decoder, &self.b_enc, &self.b_dec]
    }

    /// The same, to be changed.
    pub(super) fn parts_mut(&mut self) -> [&mut Vec<f32>; 4] {
        let Self {
            encoder,
            decoder,
            b_enc,
            b_dec,
        } = self;
        [encoder, decoder, b_enc, b_dec]
    }

    /// The features of each row.
    fn encode(&self, batch: &[f32], settings: &Settings) -> Vec<Vec<Active>> {
        let width = settings.d_in;
        let mut centred = batch.to_vec();
        for row in centred.chunks_exact_mut(width) {
            add_scaled(row, -1.0, &self.b_dec);
        }
        let pre = products(&centred, &self.encoder, width);
        let rows = pre.chunks_exact(settings.d_sae).map(|pre| {
            let biased = pre.iter().zip(&self.b_enc).map(|(f, b)| f + b).enumerate();
            let mut active: Vec<Active> = biased.filter(|&(_, f)| f > 0.0).collect();
            let k = settings.sparsity as usize;
            if settings.architecture == Architecture::TopK && active.len() > k {
                keep_largest(&mut active, k);
            }
            active
        });
        rows.collect()
    }

    /// How far the reconstruction of each row, x̂ − x, goes wrong, and the row's features.
    pub(super) fn residuals(
        &self,
        batch: &[f32],
        settings: &Settings,
    ) -> (Vec<f32>, Vec<Vec<Active>>) {
        let width = settings.d_in;
        let active = self.encode(batch, settings);
        let mut residuals: Vec<f32> = batch.iter().map(|x| -x).collect();
        for (residual, active) in residuals.chunks_exact_mut(width).zip(&active) {
            add_scaled(residual, 1.0, &self.b_dec);
            for &(feature, f) in active {
                add_scaled(
                    residual,
                    f,
                    &self.decoder[feature * width..(feature + 1) * width],
                );
            }
        }
        (residuals, active)
    }

    /// The mean loss over a batch, its gradient, and which features fired.
    pub(super) fn gradient(&self, batch: &[f32], settings: &Settings) -> (f32, Weights, Vec<bool>) {
        let width = settings.d_in;
        let mut gradient = Weights {
            encoder: vec![0.0; self.encoder.len()],
            decoder: vec![0.0; self.decoder.len()],
            b_enc: vec![0.0; self.b_enc.len()],
            b_dec: vec![0.0; width],
        };
        let mut fired = vec![false; settings.d_sae];
        let share = width as f32 / batch.len() as f32;
        let lambda = match settings.architecture {
            Architecture::Standard => settings.sparsity,
            Architecture::TopK => 0.0,
        };
        let mut loss = 0.0;
        let (mut residuals, active) = self.residuals(batch, settings);
        let rows = batch
            .chunks_exact(width)
            .zip(residuals.chunks_exact_mut(width));
        for ((row, residual), active) in rows.zip(active) {
            let penalty: f32 = active.iter().map(|&(_, f)| f).sum();
            loss += share * (dot(residual, residual) + lambda * penalty);
            residual.iter_mut().for_each(|r| *r *= 2.0 * share);
            let centred: Vec<f32> = row.iter().zip(&self.b_dec).map(|(x, b)| x - b).collect();
            add_scaled(&mut gradient.b_dec, 1.0, residual);
            for (feature, f) in active {
                let at = feature * width..(feature + 1) * width;
                let g = dot(residual, &self.decoder[at.clone()]) + lambda * share;
                add_scaled(&mut gradient.decoder[at.clone()], f, residual);
                add_scaled(&mut gradient.encoder[at.clone()], g, &centred);
                add_scaled(&mut gradient.b_dec, -g, &self.encoder[at]);
                gradient.b_enc[feature] += g;
                fired[feature] = true;
            }
        }
        (loss, gradient, fired)
    }
}
