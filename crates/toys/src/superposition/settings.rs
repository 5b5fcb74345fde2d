use glasshouse_tensor::{Error, Result};
use serde::{Deserialize, Serialize};

/// Most features.
const MOST_FEATURES: usize = 4_096;
/// Most hidden dimensions.
const MOST_HIDDEN: usize = 512;
/// Most models at once: a grid of 64 × 64.
const MOST_INSTANCES: usize = 4_096;
/// Most samples per step.
const MOST_SAMPLES: usize = 65_536;
/// Most parameters of all models together.
const MOST_PARAMETERS: usize = 4_000_000;
/// Most floating-point operations in one step of all models: about a second of one CPU thread.
const MOST_FLOP_PER_STEP: f64 = 20e9;
/// Most draws of initial weights that race for one model.
const MOST_STARTS: usize = 64;
/// Below this a feature is on too rarely for the words that decide it.
const LEAST_DENSITY: f32 = 1e-6;
/// Above this a loss soon leaves the range of `f32`.
const MOST_IMPORTANCE: f32 = 1e6;

/// What the output passes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// max(·, 0)
    Relu,
    /// Nothing.
    Linear,
}

/// What the model is to give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// x itself; features lie in [0, 1).
    Reconstruct,
    /// |x|; features lie in [−1, 1), and the hidden layer has a ReLU: computation in superposition.
    Absolute,
}

/// How the features of the pairs (0, 1), (2, 3), … depend on one another. An odd last feature is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Correlation {
    /// Not at all.
    None,
    /// One draw switches both on, with probability p.
    Correlated,
    /// With probability p one of the two is on, either as often: each p/2, never both (the paper's
    /// convention; some replications give each p).
    Anticorrelated,
}

/// What a page asks for, unchecked: numbers are whatever a reader typed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// n
    pub n_features: f64,
    /// m
    pub n_hidden: f64,
    /// What the output passes through.
    pub activation: Activation,
    /// What the model is to give back.
    pub task: Task,
    /// Whether the decoder is the encoder's transpose.
    pub tied: bool,
    /// How pairs of features depend on one another.
    pub correlation: Correlation,
    /// 0: fresh samples at every step; otherwise the size of a fixed data set, seen whole at every step.
    pub samples: f64,
    /// Fresh samples per step.
    pub batch: f64,
    /// AdamW's rate.
    pub learning_rate: f64,
    /// AdamW's decay, of weights and biases alike, as in PyTorch.
    pub weight_decay: f64,
    /// Over so many steps the rate grows linearly from 0.
    pub warmup: f64,
    /// How many draws of initial weights race for every model; 1 unless given.
    #[serde(default = "one")]
    pub starts: f64,
    /// p of every instance: the probability that a feature is on, 1 − S.
    pub density: Vec<f32>,
    /// `[instance, n]`, row-major: weights of the squared errors.
    pub importance: Vec<f32>,
    /// Seed of every instance.
    pub seeds: Vec<u32>,
}

/// Settings that make sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// n
    pub n_features: usize,
    /// m
    pub n_hidden: usize,
    /// What the output passes through.
    pub activation: Activation,
    /// What the model is to give back.
    pub task: Task,
    /// Whether the decoder is the encoder's transpose.
    pub tied: bool,
    /// How pairs of features depend on one another.
    pub correlation: Correlation,
    /// Whether every step sees the same samples.
    pub fixed_data: bool,
    /// Samples per step.
    pub batch: usize,
    /// AdamW's rate.
    pub learning_rate: f32,
    /// AdamW's decay.
    pub weight_decay: f32,
    /// Over so many steps the rate grows linearly from 0.
    pub warmup: u32,
    /// How many draws of initial weights race for every model.
    pub starts: usize,
    /// What differs between the models.
    pub instances: Vec<InstanceSettings>,
}

/// What differs between the models of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceSettings {
    /// p = 1 − S, in (0, 1].
    pub density: f32,
    /// Weight of every feature's squared error.
    pub importance: Vec<f32>,
    /// Of the initial weights and of the data.
    pub seed: u32,
    /// Which draw of initial weights under this seed.
    pub start: u32,
}

impl Request {
    /// The settings, and a sentence for everything that had to be changed.
    ///
    /// # Errors
    /// [`Error::BadSettings`] with the first problem.
    pub fn check(&self) -> Result<(Settings, Vec<String>)> {
        let mut notes = Vec::new();
        let n = whole("The number of features", self.n_features, 1, MOST_FEATURES)?;
        let m = whole(
            "The number of hidden dimensions",
            self.n_hidden,
            1,
            MOST_HIDDEN,
        )?;
        let samples = whole("The size of the data set", self.samples, 0, MOST_SAMPLES)?;
        let batch = match samples {
            0 => whole("The batch", self.batch, 1, MOST_SAMPLES)?,
            samples => samples,
        };
        let count = self.seeds.len();
        if count == 0 || count > MOST_INSTANCES {
            return Err(refused(format!(
                "There are {count} models; there can be 1 to {MOST_INSTANCES}."
            )));
        }
        if self.density.len() != count || self.importance.len() != count * n {
            return Err(refused(format!(
                "For {count} models of {n} features there must be {count} densities and {} \
                 importances, not {} and {}.",
                count * n,
                self.density.len(),
                self.importance.len()
            )));
        }
        let learning_rate = self.rate(&mut notes)?;
        let weight_decay = self.weight_decay;
        if !(0.0..=1.0).contains(&weight_decay) {
            return Err(refused(format!(
                "The weight decay is {weight_decay}; it can be 0 to 1."
            )));
        }
        let instances = self.instances(n, &mut notes)?;
        let settings = Settings {
            n_features: n,
            n_hidden: m,
            activation: self.activation,
            task: self.task,
            tied: self.tied,
            correlation: self.correlation,
            fixed_data: samples > 0,
            batch,
            learning_rate,
            weight_decay: weight_decay as f32,
            warmup: whole("The warm-up", self.warmup, 0, 1_000_000)? as u32,
            starts: whole("The number of starts", self.starts, 1, MOST_STARTS)?,
            instances,
        };
        settings.affordable()?;
        if settings.correlation != Correlation::None && n % 2 == 1 {
            notes.push(format!("Feature {} has no partner and is alone.", n - 1));
        }
        Ok((settings, notes))
    }

    fn rate(&self, notes: &mut Vec<String>) -> Result<f32> {
        let rate = self.learning_rate;
        if !rate.is_finite() || rate <= 0.0 {
            return Err(refused(format!(
                "The learning rate is {rate}; it must be a number above 0."
            )));
        }
        if rate > 1.0 {
            notes.push(format!("The learning rate {rate} was lowered to 1."));
        }
        Ok(rate.min(1.0) as f32)
    }

    fn instances(&self, n: usize, notes: &mut Vec<String>) -> Result<Vec<InstanceSettings>> {
        let (mut raised, mut lowered) = (false, false);
        let models = self
            .density
            .iter()
            .zip(&self.seeds)
            .zip(self.importance.chunks(n));
        let instances = models
            .map(|((&density, &seed), importance)| {
                if !(density > 0.0 && density <= 1.0) {
                    return Err(refused(format!(
                        "A density is {density}; it must be above 0, or no feature is ever on, and at most 1."
                    )));
                }
                if let Some(bad) = importance.iter().find(|i| !(i.is_finite() && **i >= 0.0)) {
                    return Err(refused(format!(
                        "An importance is {bad}; it must be a number and not below 0."
                    )));
                }
                if importance.iter().all(|&i| i == 0.0) {
                    return Err(refused(
                        "All importances of a model are 0, so there is nothing to learn.".into(),
                    ));
                }
                raised |= density < LEAST_DENSITY;
                lowered |= importance.iter().any(|&i| i > MOST_IMPORTANCE);
                Ok(InstanceSettings {
                    density: density.max(LEAST_DENSITY),
                    importance: importance.iter().map(|i| i.min(MOST_IMPORTANCE)).collect(),
                    seed,
                    start: 0,
                })
            })
            .collect::<Result<_>>()?;
        if raised {
            notes.push(format!(
                "Densities below {LEAST_DENSITY} were raised to it."
            ));
        }
        if lowered {
            notes.push(format!(
                "Importances above {MOST_IMPORTANCE} were lowered to it."
            ));
        }
        Ok(instances)
    }
}

impl Settings {
    /// Parameters of one model: W `[m, n]`, then W₂ `[n, m]` where untied, then b `[n]`.
    pub fn parameters(&self) -> usize {
        let weights = self.n_hidden * self.n_features;
        weights * if self.tied { 1 } else { 2 } + self.n_features
    }

    /// Floating-point operations of one step of one model: five products of n × m per sample.
    pub fn flop_per_step(&self) -> f64 {
        10.0 * self.n_features as f64 * self.n_hidden as f64 * self.batch as f64
    }

    /// The same settings for one of the models alone.
    pub fn alone(&self, instance: usize) -> Option<Self> {
        Some(Self {
            instances: vec![self.instances.get(instance)?.clone()],
            ..self.clone()
        })
    }

    fn affordable(&self) -> Result<()> {
        let count = self.instances.len() * self.starts;
        let parameters = self.parameters() * count;
        if parameters > MOST_PARAMETERS {
            return Err(refused(format!(
                "{count} models, every start counted, of {} parameters are more than the {MOST_PARAMETERS} that fit.",
                self.parameters()
            )));
        }
        let flop = self.flop_per_step() * count as f64;
        if flop > MOST_FLOP_PER_STEP {
            return Err(refused(format!(
                "One step of these models takes {:.0} billion operations, more than {:.0}: \
                 choose a smaller batch, or fewer or smaller models.",
                flop / 1e9,
                MOST_FLOP_PER_STEP / 1e9
            )));
        }
        Ok(())
    }
}

fn one() -> f64 {
    1.0
}

/// A whole number within its range.
fn whole(what: &str, number: f64, least: usize, most: usize) -> Result<usize> {
    let fits = number.fract() == 0.0 && number >= least as f64 && number <= most as f64;
    if !fits {
        return Err(refused(format!(
            "{what} is {number}; it must be a whole number from {least} to {most}."
        )));
    }
    Ok(number as usize)
}

fn refused(sentence: String) -> Error {
    Error::BadSettings(sentence)
}
