use glasshouse_tensor::random::Stream;

use super::settings::{InstanceSettings, Settings};

/// Xavier-normal weights, σ = √(2 / (n + m)), of each model by itself, and zero biases. (The original
/// notebook initialises one tensor `[instances, n, m]`, which makes σ depend on the number of models.)
pub(crate) fn initial(settings: &Settings, instance: &InstanceSettings) -> Vec<f32> {
    let mut random = Stream::new(instance.seed.into(), instance.start.into());
    let fan = (settings.n_features + settings.n_hidden) as f64;
    let sigma = (2.0 / fan).sqrt() as f32;
    let weights = settings.parameters() - settings.n_features;
    let mut parameters: Vec<f32> = (0..weights).map(|_| sigma * random.normal()).collect();
    parameters.resize(settings.parameters(), 0.0);
    parameters
}
