//! Forward and backward through 32 samples at once, in registers as far as they go.

use glasshouse_backend_cpu::Eight;

use super::draw::{Row, TILE};
use super::settings::{Activation, Settings, Task};

/// The weights of one model as the loops read them.
pub(crate) struct Weights {
    /// `[m, n]`
    pub(crate) encoder: Vec<f32>,
    /// `[n, m]`
    pub(crate) decoder: Vec<f32>,
    /// The same, `[m, n]`.
    pub(crate) decoder_transposed: Vec<f32>,
    /// `[n]`
    pub(crate) bias: Vec<f32>,
}

impl Weights {
    pub(crate) fn zeros(settings: &Settings) -> Self {
        let weights = settings.n_features * settings.n_hidden;
        Self {
            encoder: vec![0.0; weights],
            decoder: vec![0.0; weights],
            decoder_transposed: vec![0.0; weights],
            bias: vec![0.0; settings.n_features],
        }
    }

    /// Lays out a model's parameters.
    pub(crate) fn set(&mut self, settings: &Settings, parameters: &[f32]) {
        let (n, m) = (settings.n_features, settings.n_hidden);
        let (weights, bias) = parameters.split_at(parameters.len() - n);
        self.encoder.copy_from_slice(&weights[..m * n]);
        self.bias.copy_from_slice(bias);
        if settings.tied {
            self.decoder_transposed.copy_from_slice(weights);
            transpose(weights, n, &mut self.decoder);
        } else {
            self.decoder.copy_from_slice(&weights[m * n..]);
            transpose(&weights[m * n..], m, &mut self.decoder_transposed);
        }
    }
}

/// `from`, with rows of `width`, the other way round.
fn transpose(from: &[f32], width: usize, to: &mut [f32]) {
    let height = from.len() / width;
    for (r, row) in from.chunks_exact(width).enumerate() {
        for (c, &x) in row.iter().enumerate() {
            to[c * height + r] = x;
        }
    }
}

/// What a model is, and how its errors count.
pub(crate) struct Loss {
    pub(crate) relu: bool,
    pub(crate) absolute: bool,
    /// Of every feature: its importance, and 2 · importance / (batch · n), the slope of the mean.
    pub(crate) importance: Vec<f32>,
    pub(crate) slope: Vec<f32>,
}

impl Loss {
    pub(crate) fn new(settings: &Settings, importance: &[f32], samples: usize) -> Self {
        let terms = samples as f32 * settings.n_features as f32;
        Self {
            relu: settings.activation == Activation::Relu,
            absolute: settings.task == Task::Absolute,
            importance: importance.to_vec(),
            slope: importance.iter().map(|i| 2.0 * i / terms).collect(),
        }
    }
}

/// The numbers of one tile.
pub(crate) struct Tile {
    /// `[n]`: the samples.
    pub(crate) x: Vec<Row>,
    /// `[m]`: the hidden vector, after its ReLU in the absolute-value task.
    h: Vec<Row>,
    /// `[n]`: the slope of the loss at the output, before the activation.
    d_out: Vec<Row>,
    /// `[m]`: the slope at the hidden vector.
    d_h: Vec<Row>,
}

impl Tile {
    pub(crate) fn zeros(settings: &Settings) -> Self {
        let rows = |count| vec![[Eight::splat(0.0); 4]; count];
        Self {
            x: rows(settings.n_features),
            h: rows(settings.n_hidden),
            d_out: rows(settings.n_features),
            d_h: rows(settings.n_hidden),
        }
    }

    /// From `x` to the slopes at the output; adds the weighted squared errors of the first `live`
    /// samples to `sum`, lane by lane.
    pub(crate) fn forward(&mut self, w: &Weights, loss: &Loss, live: usize, sum: &mut Eight) {
        let zero = Eight::splat(0.0);
        let rows = w.encoder.chunks_exact(self.x.len());
        for (h, weights) in self.h.iter_mut().zip(rows) {
            *h = combine(zero, weights, &self.x);
            if loss.absolute {
                *h = h.map(|h| h.at_least(zero));
            }
        }
        // What is decided here is not asked again for every number.
        let output = match (loss.relu, loss.absolute, live < TILE) {
            (true, false, false) => Self::output::<true, false, false>,
            (true, false, true) => Self::output::<true, false, true>,
            (true, true, false) => Self::output::<true, true, false>,
            (true, true, true) => Self::output::<true, true, true>,
            (false, false, false) => Self::output::<false, false, false>,
            (false, false, true) => Self::output::<false, false, true>,
            (false, true, false) => Self::output::<false, true, false>,
            (false, true, true) => Self::output::<false, true, true>,
        };
        output(self, w, loss, live, sum);
    }

    fn output<const RELU: bool, const ABSOLUTE: bool, const PARTIAL: bool>(
        &mut self,
        w: &Weights,
        loss: &Loss,
        live: usize,
        sum: &mut Eight,
    ) {
        let zero = Eight::splat(0.0);
        let rows = self.x.iter().zip(&mut self.d_out);
        let weights = w.decoder.chunks_exact(self.h.len()).zip(&w.bias);
        let costs = loss.importance.iter().zip(&loss.slope);
        let mut total = *sum;
        for (((x, d_out), (weights, &bias)), (importance, &slope)) in rows.zip(weights).zip(costs) {
            let out = combine(Eight::splat(bias), weights, &self.h);
            let slope = Eight::splat(slope);
            let mut squares = zero;
            for g in 0..4 {
                let target = if ABSOLUTE {
                    x[g].at_least(zero - x[g])
                } else {
                    x[g]
                };
                let given = if RELU { out[g].at_least(zero) } else { out[g] };
                let mut error = given - target;
                if PARTIAL {
                    error = error * alive(live, g);
                }
                squares = squares + error * error;
                d_out[g] = error * slope;
                if RELU {
                    d_out[g] = d_out[g].only_where_above(out[g], zero);
                }
            }
            total = total.add_product(importance, squares);
        }
        *sum = total;
    }

    /// From the slopes at the output to the gradient, which is added to `sums`, lane by lane.
    pub(crate) fn backward(&mut self, w: &Weights, loss: &Loss, tied: bool, sums: &mut [Eight]) {
        let (n, m) = (self.x.len(), self.h.len());
        let zero = Eight::splat(0.0);
        let rows = self.d_h.iter_mut().zip(&self.h);
        for ((d_h, h), weights) in rows.zip(w.decoder_transposed.chunks_exact(n)) {
            *d_h = combine(zero, weights, &self.d_out);
            if loss.absolute {
                for g in 0..4 {
                    d_h[g] = d_h[g].only_where_above(h[g], zero);
                }
            }
        }
        let (weights, bias) = sums.split_at_mut(sums.len() - n);
        for (sum, d_out) in bias.iter_mut().zip(&self.d_out) {
            *sum = *sum + ((d_out[0] + d_out[1]) + (d_out[2] + d_out[3]));
        }
        if tied {
            add_products([&self.d_h, &self.h], [&self.x, &self.d_out], weights);
        } else {
            let (encoder, decoder) = weights.split_at_mut(m * n);
            add_products([&self.d_h], [&self.x], encoder);
            add_products([&self.d_out], [&self.h], decoder);
        }
    }
}

/// 1 for the first `live` samples of a tile, 0 for the others.
#[inline(always)]
fn alive(live: usize, g: usize) -> Eight {
    if live >= 8 * (g + 1) {
        return Eight::splat(1.0);
    }
    Eight::load(&std::array::from_fn(|lane| {
        if 8 * g + lane < live { 1.0 } else { 0.0 }
    }))
}

/// `start` plus every row times its weight.
#[inline(always)]
fn combine(start: Eight, weights: &[f32], rows: &[Row]) -> Row {
    let [mut a, mut b, mut c, mut d] = [start; 4];
    for (weight, row) in weights.iter().zip(rows) {
        a = a.add_product(weight, row[0]);
        b = b.add_product(weight, row[1]);
        c = c.add_product(weight, row[2]);
        d = d.add_product(weight, row[3]);
    }
    [a, b, c, d]
}

/// Adds to `sums` `[rows, columns]` every row's product with every column's, lane by lane, of one or two
/// such pairs at once.
#[inline(always)]
fn add_products<const PAIRS: usize>(
    rows: [&[Row]; PAIRS],
    columns: [&[Row]; PAIRS],
    sums: &mut [Eight],
) {
    let (height, width) = (rows[0].len(), columns[0].len());
    for (above, sums) in (0..height).step_by(2).zip(sums.chunks_mut(2 * width)) {
        let (upper, lower) = sums.split_at_mut(width);
        if lower.is_empty() {
            for (c, upper) in upper.iter_mut().enumerate() {
                for (rows, columns) in rows.iter().zip(columns) {
                    for g in 0..4 {
                        *upper = *upper + rows[above][g] * columns[c][g];
                    }
                }
            }
            continue;
        }
        for (c, (upper, lower)) in upper.iter_mut().zip(lower).enumerate() {
            let (mut one, mut two) = (*upper, *lower);
            for (rows, columns) in rows.iter().zip(columns) {
                for g in 0..4 {
                    one = one + rows[above][g] * columns[c][g];
                    two = two + rows[above + 1][g] * columns[c][g];
                }
            }
            (*upper, *lower) = (one, two);
        }
    }
}
