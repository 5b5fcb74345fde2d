//! Toy models of superposition on a backend.

use std::cell::RefCell;

use glasshouse_tensor::{BackendKind, Error, Result};
use glasshouse_toys::superposition::{
    CpuTrainer, HELD_OUT_SAMPLES, InstanceReport, Request, Settings, Slice,
};
use serde::Serialize;

use crate::selfcheck::{SelfCheck, TOLERANCE};
use crate::session::{BackendReport, Choice};

/// Models in training.
pub struct Superposition {
    settings: Settings,
    notes: Vec<String>,
    trainer: RefCell<CpuTrainer>,
    diverged: RefCell<Vec<bool>>,
    report: RefCell<BackendReport>,
}

/// Parameters of all models.
pub struct Parameters {
    /// W `[instance, m, n]`
    pub w: Vec<f32>,
    /// The decoder `[instance, n, m]` where it is not tied.
    pub w2: Option<Vec<f32>>,
    /// b `[instance, n]`
    pub b: Vec<f32>,
}

/// The measured models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Steps taken.
    pub step: u32,
    /// Held-out samples behind every loss.
    pub samples: usize,
    /// In the order asked for.
    pub instances: Vec<InstanceReport>,
}

impl Superposition {
    /// Checks the settings, draws the initial weights and places the models on a backend.
    ///
    /// # Errors
    /// [`Error::BadSettings`].
    pub async fn create(request: &Request, _choice: Choice) -> Result<Self> {
        let (settings, notes) = request.check()?;
        Ok(Self {
            trainer: RefCell::new(CpuTrainer::new(settings.clone())),
            diverged: RefCell::new(vec![false; settings.instances.len()]),
            settings,
            notes,
            report: RefCell::new(on_cpu("The CPU is the reference.".into())),
        })
    }

    /// Which backend computes now.
    pub fn backend(&self) -> BackendReport {
        self.report.borrow().clone()
    }

    /// Parameters of one model.
    pub fn parameters_per_model(&self) -> usize {
        self.settings.parameters()
    }

    /// What was changed in the settings, in sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Takes exactly `steps` steps of every model that has not diverged.
    ///
    /// # Errors
    /// [`Error::BadSettings`] for no steps at all.
    pub async fn train(&self, steps: u32) -> Result<Slice> {
        if steps == 0 {
            return Err(Error::BadSettings(
                "Training takes at least one step.".into(),
            ));
        }
        let slice = self.trainer.borrow_mut().train(steps);
        self.diverged.replace(slice.diverged.clone());
        Ok(slice)
    }

    /// Back to the initial weights.
    pub async fn reset(&self) -> Result<()> {
        self.trainer.replace(CpuTrainer::new(self.settings.clone()));
        self.diverged.borrow_mut().fill(false);
        Ok(())
    }

    /// The parameters now.
    pub async fn parameters(&self) -> Result<Parameters> {
        let (n, m) = (self.settings.n_features, self.settings.n_hidden);
        let trainer = self.trainer.borrow();
        let mut all = Parameters {
            w: Vec::new(),
            w2: (!self.settings.tied).then(Vec::new),
            b: Vec::new(),
        };
        for parameters in trainer.parameters() {
            let (weights, b) = parameters.split_at(parameters.len() - n);
            all.w.extend(&weights[..m * n]);
            all.b.extend(b);
            if let Some(w2) = &mut all.w2 {
                w2.extend(&weights[m * n..]);
            }
        }
        Ok(all)
    }

    /// Measures the chosen models, or all.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a model that there is not.
    pub async fn report(&self, chosen: Option<Vec<u32>>) -> Result<Report> {
        let trainer = self.trainer.borrow();
        let parameters: Vec<&[f32]> = trainer.parameters().collect();
        let chosen = chosen.unwrap_or_else(|| (0..parameters.len() as u32).collect());
        let diverged = self.diverged.borrow();
        let measured = chosen.into_iter().map(|index| {
            let at = index as usize;
            parameters
                .get(at)
                .and_then(|own| InstanceReport::of(&self.settings, at, own, diverged[at]))
                .ok_or_else(|| Error::BadInput(format!("There is no model {index}.")))
        });
        Ok(Report {
            step: trainer.step(),
            samples: HELD_OUT_SAMPLES,
            instances: measured.collect::<Result<_>>()?,
        })
    }

    /// Really destroys the graphics device.
    pub fn lose_device(&self) {}
}

fn on_cpu(reason: String) -> BackendReport {
    BackendReport {
        kind: BackendKind::Cpu.name(),
        adapter: "CPU, one thread, 128-bit SIMD".into(),
        self_check: SelfCheck {
            ok: true,
            max_abs_diff: 0.0,
            tolerance: TOLERANCE,
            reason: Some(reason),
        },
    }
}
