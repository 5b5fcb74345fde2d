//! AdamW as PyTorch computes it (Loshchilov and Hutter 2019): decay first, then the step.

use crate::superposition::Settings;

/// Decay rate of the running mean of gradients.
pub(crate) const BETA_1: f32 = 0.9;
/// Decay rate of the running mean of squared gradients.
pub(crate) const BETA_2: f32 = 0.999;
/// Added to the root of the second moment.
pub(crate) const EPSILON: f32 = 1e-8;

/// What is the same for all parameters at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StepSize {
    /// Factor on the parameters: 1 − rate · decay.
    pub(crate) keep: f32,
    /// The rate over 1 − β₁ᵗ.
    pub(crate) rate: f32,
    /// √(1 − β₂ᵗ)
    pub(crate) root_correction: f32,
}

/// The sizes of step after step.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    learning_rate: f64,
    weight_decay: f64,
    /// The rate grows linearly over so many steps.
    warmup: u32,
    taken: u32,
    /// β₁ᵗ and β₂ᵗ: products, since a platform's `pow` may differ in its last bits.
    powers: [f64; 2],
}

impl Schedule {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            learning_rate: settings.learning_rate.into(),
            weight_decay: settings.weight_decay.into(),
            warmup: settings.warmup,
            taken: 0,
            powers: [1.0; 2],
        }
    }

    /// The same rate at every step, without decay.
    pub(crate) fn constant(learning_rate: f32) -> Self {
        Self {
            learning_rate: learning_rate.into(),
            weight_decay: 0.0,
            warmup: 0,
            taken: 0,
            powers: [1.0; 2],
        }
    }

    /// How many steps it has given out.
    pub(crate) fn taken(&self) -> u32 {
        self.taken
    }
}

impl Iterator for Schedule {
    type Item = StepSize;

    fn next(&mut self) -> Option<StepSize> {
        self.taken += 1;
        self.powers[0] *= f64::from(BETA_1);
        self.powers[1] *= f64::from(BETA_2);
        let share = f64::from(self.taken) / f64::from(self.warmup.max(1));
        let rate = self.learning_rate * share.min(1.0);
        Some(StepSize {
            keep: (1.0 - rate * self.weight_decay) as f32,
            rate: (rate / (1.0 - self.powers[0])) as f32,
            root_correction: (1.0 - self.powers[1]).sqrt() as f32,
        })
    }
}

/// The running means of gradients and of their squares.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    pub(crate) first: Vec<f32>,
    pub(crate) second: Vec<f32>,
}

impl Moments {
    pub(crate) fn zeros(parameters: usize) -> Self {
        Self {
            first: vec![0.0; parameters],
            second: vec![0.0; parameters],
        }
    }

    /// As if these parameters had never moved.
    pub(crate) fn forget(&mut self, parameters: std::ops::Range<usize>) {
        self.first[parameters.clone()].fill(0.0);
        self.second[parameters].fill(0.0);
    }

    /// One step of all parameters against their gradients.
    pub(crate) fn update(&mut self, parameters: &mut [f32], gradient: &[f32], size: StepSize) {
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((p, g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *m = BETA_1 * *m + (1.0 - BETA_1) * g;
            *v = BETA_2 * *v + (1.0 - BETA_2) * (g * g);
            let root = v.sqrt() / size.root_correction + EPSILON;
            *p = *p * size.keep - size.rate * (*m / root);
        }
    }
}
