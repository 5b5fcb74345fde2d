use glasshouse_backend_gpu::Gpu;
use glasshouse_tensor::Result;

use super::cpu::{CpuTrainer, Slice};
use super::gpu::GpuTrainer;
use super::report::expectation;
use super::settings::{InstanceSettings, Settings};

/// After so many steps the best of several starts goes on alone.
pub const RACE_STEPS: u32 = 200;
/// Starts are compared by their losses over so many steps, on the same samples; in the end by their exact
/// expectations where those are known, since samples tell sparse models apart badly. A fixed number, so that
/// who leads does not depend on the slices in which a machine trains.
const COMPARED_STEPS: u32 = 50;

enum Trainer {
    Cpu(Box<CpuTrainer>),
    Gpu(Box<GpuTrainer>),
}

/// Models in training, on either backend. Local minima are real, so every model may begin at several
/// draws of initial weights: all of them are trained for [`RACE_STEPS`] steps on the same samples, and
/// the one with the smallest loss goes on.
pub struct Run {
    settings: Settings,
    trainer: Trainer,
    /// How many starts are in the race, and 1 after it.
    starts: usize,
    /// What they begin as: all starts of the first model, then of the second; after the race one of each.
    racing: Settings,
    /// The start that leads, of every model: the best of the last compared steps.
    leading: Vec<usize>,
    /// Of every start, the sum of its losses since it was last compared.
    summed: Vec<f64>,
    diverged: Vec<bool>,
}

impl Run {
    /// Before the first step, on the graphics device or on the CPU.
    ///
    /// # Errors
    /// A failure of the device.
    pub fn new(settings: Settings, gpu: Option<Gpu>) -> Result<Self> {
        let starts = settings.starts;
        let candidates = settings.instances.iter().flat_map(|instance| {
            (0..starts as u32).map(|start| InstanceSettings {
                start,
                ..instance.clone()
            })
        });
        let racing = Settings {
            instances: candidates.collect(),
            ..settings.clone()
        };
        Ok(Self {
            trainer: match gpu {
                Some(gpu) => Trainer::Gpu(GpuTrainer::new(gpu, racing.clone())?.into()),
                None => Trainer::Cpu(CpuTrainer::new(racing.clone()).into()),
            },
            starts,
            summed: vec![0.0; racing.instances.len()],
            racing,
            leading: vec![0; settings.instances.len()],
            diverged: vec![false; settings.instances.len()],
            settings,
        })
    }

    /// What was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Steps taken since the beginning.
    pub fn step(&self) -> u32 {
        match &self.trainer {
            Trainer::Cpu(trainer) => trainer.step(),
            Trainer::Gpu(trainer) => trainer.step(),
        }
    }

    /// Of every model, whether it has diverged.
    pub fn diverged(&self) -> &[bool] {
        &self.diverged
    }

    /// Takes exactly `steps` steps of every model that has not diverged.
    ///
    /// # Errors
    /// A failure of the device, after which the models are lost.
    pub async fn train(&mut self, steps: u32) -> Result<Slice> {
        let mut total = vec![0.0; self.leading.len()];
        let mut left = steps;
        while left > 0 {
            let now = left.min(self.steps_to_next_turn());
            let loss = self.leg(now).await?;
            for (total, loss) in total.iter_mut().zip(loss) {
                *total += f64::from(loss) * f64::from(now);
            }
            left -= now;
        }
        let mean = |total| (total / f64::from(steps.max(1))) as f32;
        Ok(Slice {
            step: self.step(),
            loss: total.into_iter().map(mean).collect(),
            diverged: self.diverged.clone(),
        })
    }

    /// Of every model, which draw of initial weights it began with: the leading one while they race.
    pub fn began_with(&self) -> Vec<u32> {
        let leaders = self.leaders().into_iter();
        leaders.map(|at| self.racing.instances[at].start).collect()
    }

    /// Parameters of every model: of its leading start while they race.
    ///
    /// # Errors
    /// A failure of the device.
    pub async fn parameters(&self) -> Result<Vec<Vec<f32>>> {
        let mut chosen = self.all_parameters().await?;
        let mut at = 0;
        let leaders = self.leaders();
        chosen.retain(|_| {
            at += 1;
            leaders.contains(&(at - 1))
        });
        Ok(chosen)
    }

    /// Trains without crossing a turn of the race; the losses of the leading starts.
    async fn leg(&mut self, steps: u32) -> Result<Vec<f32>> {
        let slice = match &mut self.trainer {
            Trainer::Cpu(trainer) => trainer.train(steps),
            Trainer::Gpu(trainer) => trainer.train(steps).await?,
        };
        for (sum, loss) in self.summed.iter_mut().zip(&slice.loss) {
            *sum += f64::from(*loss) * f64::from(steps);
        }
        let ends = self.starts > 1 && self.step() >= RACE_STEPS;
        if self.starts > 1 && self.step().is_multiple_of(COMPARED_STEPS) {
            self.compare(ends).await?;
        }
        let leaders = self.leaders();
        self.diverged = leaders.iter().map(|&at| slice.diverged[at]).collect();
        let losses = leaders.iter().map(|&at| slice.loss[at]).collect();
        if ends {
            match &mut self.trainer {
                Trainer::Cpu(trainer) => trainer.keep(&leaders),
                Trainer::Gpu(trainer) => trainer.keep(&leaders).await?,
            }
            let all = &self.racing.instances;
            self.racing.instances = leaders.iter().map(|&at| all[at].clone()).collect();
            self.starts = 1;
            self.leading.fill(0);
            self.summed.clear();
        }
        Ok(losses)
    }

    /// Finds the leading start of every model, and begins to compare anew.
    async fn compare(&mut self, ends: bool) -> Result<()> {
        let scores = self.scores(ends).await?;
        for (leading, scores) in self.leading.iter_mut().zip(scores.chunks(self.starts)) {
            let order = |a: &usize, b: &usize| scores[*a].total_cmp(&scores[*b]);
            *leading = (0..self.starts).min_by(order).unwrap_or(0);
        }
        self.summed.fill(0.0);
        Ok(())
    }

    /// What decides the race, the least first. A start that diverged, whose loss is NaN, is behind all others.
    async fn scores(&self, ends: bool) -> Result<Vec<f64>> {
        if !ends {
            return Ok(self.summed.clone());
        }
        let trained = self.all_parameters().await?;
        let starts = self.racing.instances.iter().zip(&trained);
        let exact = starts
            .zip(&self.summed)
            .map(|((instance, own), &loss)| match loss.is_nan() {
                true => Some(loss),
                false => expectation(&self.racing, instance, own),
            });
        Ok(exact
            .collect::<Option<_>>()
            .unwrap_or_else(|| self.summed.clone()))
    }

    /// Parameters of every start of every model.
    async fn all_parameters(&self) -> Result<Vec<Vec<f32>>> {
        match &self.trainer {
            Trainer::Cpu(trainer) => Ok(trainer.parameters().map(<[f32]>::to_vec).collect()),
            Trainer::Gpu(trainer) => trainer.parameters().await,
        }
    }

    /// Where the leading starts stand among all candidates, ascending.
    fn leaders(&self) -> Vec<usize> {
        let models = self.leading.iter().enumerate();
        models
            .map(|(model, start)| model * self.starts + start)
            .collect()
    }

    fn steps_to_next_turn(&self) -> u32 {
        match self.starts {
            1 => u32::MAX,
            _ => COMPARED_STEPS - self.step() % COMPARED_STEPS,
        }
    }
}
