use glasshouse_toys::superposition::{Activation, Correlation, Request, Settings, Task};

/// One model of every density under seeds 0, 1, …; feature `i` has importance `ratioⁱ`.
pub fn request(n: usize, m: usize, density: &[f32], ratio: f64) -> Request {
    let importance = (0..n).map(|i| ratio.powi(i as i32) as f32);
    Request {
        n_features: n as f64,
        n_hidden: m as f64,
        activation: Activation::Relu,
        task: Task::Reconstruct,
        tied: true,
        correlation: Correlation::None,
        samples: 0.0,
        batch: 1024.0,
        learning_rate: 1e-3,
        weight_decay: 0.01,
        warmup: 0.0,
        starts: 1.0,
        density: density.to_vec(),
        importance: importance.cycle().take(n * density.len()).collect(),
        seeds: (0..density.len() as u32).collect(),
    }
}

/// The settings of a request that makes sense.
pub fn settings(request: &Request) -> Settings {
    request.check().expect("these settings make sense").0
}
