//! The definition, sample by sample in `f64`, for the tests of this module: nothing here is fast.

use glasshouse_tensor::random::threefry;

use super::settings::{Activation, Correlation, InstanceSettings, Settings, Task};

/// Sample `s` of step `step` on stream `stream`, by the data rule.
pub(super) fn sample(
    settings: &Settings,
    instance: &InstanceSettings,
    stream: u32,
    step: u32,
    s: u32,
) -> Vec<f64> {
    let n = settings.n_features;
    let word = |feature: usize| {
        let counter = [8 * (s / 32) + s % 8, feature as u32, step, 0];
        threefry(counter, [instance.seed, stream, 0, 0])[(s / 8 % 4) as usize]
    };
    let on = (f64::from(instance.density) * 4_294_967_296.0) as u64;
    (0..n)
        .map(|feature| {
            let paired = settings.correlation != Correlation::None && feature ^ 1 < n;
            let gate = u64::from(word(if paired { feature & !1 } else { feature }));
            let is_on = match (paired, settings.correlation, feature % 2) {
                (true, Correlation::Anticorrelated, 0) => gate < on / 2,
                (true, Correlation::Anticorrelated, _) => gate >= on / 2 && gate < on / 2 * 2,
                _ => gate < on,
            };
            let spread = word(feature).wrapping_mul(0x9E37_79B9);
            let value = match settings.task {
                Task::Reconstruct => f64::from(spread >> 8) / 16_777_216.0,
                Task::Absolute => f64::from(spread >> 7) / 16_777_216.0 - 1.0,
            };
            if is_on { value } else { 0.0 }
        })
        .collect()
}

/// The mean weighted squared error of `parameters` on `samples`.
pub(super) fn loss(
    settings: &Settings,
    instance: &InstanceSettings,
    parameters: &[f64],
    samples: &[Vec<f64>],
) -> f64 {
    let (n, m) = (settings.n_features, settings.n_hidden);
    let (weights, b) = parameters.split_at(parameters.len() - n);
    let decoder = |i: usize, k: usize| match settings.tied {
        true => weights[k * n + i],
        false => weights[m * n + i * m + k],
    };
    let relu = |x: f64| x.max(0.0);
    let mut total = 0.0;
    for x in samples {
        let hidden: Vec<f64> = (0..m)
            .map(|k| (0..n).map(|i| weights[k * n + i] * x[i]).sum())
            .map(|h| {
                if settings.task == Task::Absolute {
                    relu(h)
                } else {
                    h
                }
            })
            .collect();
        for i in 0..n {
            let out = b[i] + (0..m).map(|k| decoder(i, k) * hidden[k]).sum::<f64>();
            let out = if settings.activation == Activation::Relu {
                relu(out)
            } else {
                out
            };
            let target = if settings.task == Task::Absolute {
                x[i].abs()
            } else {
                x[i]
            };
            total += f64::from(instance.importance[i]) * (out - target).powi(2);
        }
    }
    total / (samples.len() * n) as f64
}
