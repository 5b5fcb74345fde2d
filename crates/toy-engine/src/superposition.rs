//! Toy models of superposition on a backend. When the device fails, training begins anew on the CPU,
//! from the same seeds, and the report says why.

use std::cell::RefCell;

use glasshouse_backend_gpu::Gpu;
use glasshouse_border::{BackendReport, Choice};
use glasshouse_tensor::{Error, Result};
use glasshouse_toys::superposition::{
    HELD_OUT_SAMPLES, InstanceReport, Request, Run, Settings, Slice,
};
use serde::Serialize;

use crate::proof::{device_for, on_cpu, proof};

/// How many steps both backends take in the self-check.
const CHECKED_STEPS: u32 = 5;

/// Models in training.
pub struct Superposition {
    settings: Settings,
    notes: RefCell<Vec<String>>,
    run: RefCell<Option<Run>>,
    gpu: RefCell<Option<Gpu>>,
    report: RefCell<BackendReport>,
}

/// Parameters of all models.
#[derive(Debug, Clone, PartialEq)]
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
    /// [`Error::BadSettings`]; [`Error::NoWebGpu`] where WebGPU was insisted on and is not there.
    pub async fn create(request: &Request, choice: Choice) -> Result<Self> {
        let (settings, notes) = request.check()?;
        let checked = match choice {
            Choice::Cpu => Err("The CPU is the reference.".to_owned()),
            Choice::Auto | Choice::WebGpu => match checked_gpu(&settings, choice).await {
                Ok(found) => Ok(found),
                Err(error @ Error::NoWebGpu(_)) if choice == Choice::WebGpu => return Err(error),
                Err(error) => Err(error.to_string()),
            },
        };
        let placed =
            checked.and_then(
                |(gpu, report)| match Run::new(settings.clone(), Some(gpu.clone())) {
                    Ok(run) => Ok((run, Some(gpu), report)),
                    Err(error) => Err(error.to_string()),
                },
            );
        let (run, gpu, report) = match placed {
            Ok(placed) => placed,
            Err(reason) => (Run::new(settings.clone(), None)?, None, on_cpu(reason)),
        };
        Ok(Self {
            settings,
            notes: notes.into(),
            run: Some(run).into(),
            gpu: gpu.into(),
            report: report.into(),
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

    /// What was changed in the settings, and what happened since, in sentences.
    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    /// Takes exactly `steps` steps of every model that has not diverged. Where the device fails
    /// meanwhile, they are the first steps on the CPU.
    ///
    /// # Errors
    /// [`Error::BadSettings`] for no steps at all.
    pub async fn train(&self, steps: u32) -> Result<Slice> {
        if steps == 0 {
            return Err(Error::BadSettings(
                "Training takes at least one step.".into(),
            ));
        }
        self.attempt(async |run| run.train(steps).await).await
    }

    /// Back to the initial weights.
    ///
    /// # Errors
    /// [`Error::Internal`] while another request is under way.
    pub async fn reset(&self) -> Result<()> {
        let gpu = self.gpu.borrow().clone();
        let on_gpu = gpu.is_some();
        let run = match Run::new(self.settings.clone(), gpu) {
            Err(error) if on_gpu => self.move_to_cpu(&error)?,
            run => run?,
        };
        self.run.replace(Some(run));
        Ok(())
    }

    /// The parameters now.
    ///
    /// # Errors
    /// [`Error::Internal`] while another request is under way.
    pub async fn parameters(&self) -> Result<Parameters> {
        let (n, m) = (self.settings.n_features, self.settings.n_hidden);
        let mut all = Parameters {
            w: Vec::new(),
            w2: (!self.settings.tied).then(Vec::new),
            b: Vec::new(),
        };
        let models = self.attempt(async |run| run.parameters().await).await?;
        for parameters in models {
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
        let models = async |run: &mut Run| {
            let parameters = run.parameters().await?;
            let models = (run.diverged().to_vec(), run.began_with());
            Ok((run.step(), models, parameters))
        };
        let (step, (diverged, began_with), parameters) = self.attempt(models).await?;
        let chosen = chosen.unwrap_or_else(|| (0..parameters.len() as u32).collect());
        let measured = chosen.into_iter().map(|index| {
            let at = index as usize;
            parameters
                .get(at)
                .and_then(|own| InstanceReport::of(&self.settings, at, own, diverged[at]))
                .map(|report| InstanceReport {
                    start: began_with[at],
                    ..report
                })
                .ok_or_else(|| Error::BadInput(format!("There is no model {index}.")))
        });
        Ok(Report {
            step,
            samples: HELD_OUT_SAMPLES,
            instances: measured.collect::<Result<_>>()?,
        })
    }

    /// Really destroys the graphics device, to show that training survives it.
    pub fn lose_device(&self) {
        self.gpu.borrow().iter().for_each(Gpu::lose_device);
    }

    /// Does `work`; after a failure of the device once more, from the beginning on the CPU.
    async fn attempt<T>(&self, work: impl AsyncFn(&mut Run) -> Result<T>) -> Result<T> {
        // Taken out while it works: no borrow is held across an await.
        let Some(mut run) = self.run.take() else {
            return Err(Error::Internal("the models are busy".into()));
        };
        let mut result = work(&mut run).await;
        if self.gpu.borrow().is_some()
            && let Err(error) = &result
        {
            run = self.move_to_cpu(error)?;
            result = work(&mut run).await;
        }
        self.run.replace(Some(run));
        result
    }

    fn move_to_cpu(&self, why: &Error) -> Result<Run> {
        self.gpu.replace(None);
        self.report.replace(on_cpu(why.to_string()));
        let note = format!("{why}. Training began anew on the CPU, from the same seeds.");
        self.notes.borrow_mut().push(note);
        Run::new(self.settings.clone(), None)
    }
}

/// The graphics device after its self-check: it takes the first steps of a few of these models, whose
/// losses must be those of the CPU.
async fn checked_gpu(settings: &Settings, choice: Choice) -> Result<(Gpu, BackendReport)> {
    let gpu = device_for(choice).await?;
    let last = settings.instances.len().saturating_sub(1);
    let mut few = vec![0, last / 2, last];
    few.dedup();
    let few = Settings {
        instances: few
            .into_iter()
            .filter_map(|at| settings.instances.get(at).cloned())
            .collect(),
        starts: 1,
        ..settings.clone()
    };
    let mut on_gpu = Run::new(few.clone(), Some(gpu.clone()))?;
    let mut on_cpu = Run::new(few, None)?;
    let found = on_gpu.train(CHECKED_STEPS).await?.loss;
    let expected = on_cpu.train(CHECKED_STEPS).await?.loss;
    let report = proof(&gpu, &found, &expected)?;
    Ok((gpu, report))
}
