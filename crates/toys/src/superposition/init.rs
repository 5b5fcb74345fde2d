use glasshouse_tensor::random::Stream;

use super::cpu::held_out_loss;
use super::settings::{InstanceSettings, Settings};

/// The stream of the initial weights; samples have others.
const STREAM: u64 = 0;

/// Samples that starts are compared on: enough to tell a good sign pattern from a bad one.
const SAMPLES: usize = 256;

/// Xavier-normal weights, σ = √(2 / (n + m)), of each model by itself, and zero biases. (The original
/// notebook initialises one tensor `[instances, n, m]`, which makes σ depend on the number of models.)
/// With several starts, of so many draws the one with the smallest loss: local minima are real, and
/// which one is reached is decided by the signs at the start.
pub(crate) fn initial(settings: &Settings, instance: &InstanceSettings) -> Vec<f32> {
    let mut random = Stream::new(instance.seed.into(), STREAM);
    let fan = (settings.n_features + settings.n_hidden) as f64;
    let sigma = (2.0 / fan).sqrt() as f32;
    let weights = settings.parameters() - settings.n_features;
    let mut draw = || {
        let mut parameters: Vec<f32> = (0..weights).map(|_| sigma * random.normal()).collect();
        parameters.resize(settings.parameters(), 0.0);
        parameters
    };
    let first = draw();
    if settings.starts == 1 {
        return first;
    }
    let loss = |start: &[f32]| held_out_loss(settings, instance, start, SAMPLES);
    let mut best = (loss(&first), first);
    for _ in 1..settings.starts {
        let next = draw();
        let loss = loss(&next);
        if loss < best.0 {
            best = (loss, next);
        }
    }
    best.1
}
