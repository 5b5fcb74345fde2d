//! A model on a backend. When the device fails, the session moves to the CPU, says why, and repeats
//! what was asked.

use std::cell::RefCell;
use std::rc::Rc;

use glasshouse_backend_cpu::CpuBackend;
use glasshouse_border::{BackendReport, Choice, SelfCheck, TOLERANCE, device};
use glasshouse_hooks::HookPoint;
use glasshouse_interp::induction::{Question, Report};
use glasshouse_model::{Config, Means, RunOutput, Weights};
use glasshouse_tensor::{BackendKind, Error, Result};

use crate::othello_session::Othello;
use crate::placed::{Bench, Placed};
use crate::request::{InductionRequest, RunRequest, position};
use crate::sae::Shelf;
use crate::selfcheck::{Reference, fixed_input, fixed_points};

/// The files of a model folder.
#[derive(Debug, Clone, Default)]
pub struct ModelFiles {
    /// `config.json`
    pub config: String,
    /// `model.safetensors`
    pub weights: Vec<u8>,
    /// `reference.json`
    pub reference: Option<String>,
    /// `means.safetensors`
    pub means: Option<Vec<u8>>,
}

/// A loaded model.
pub struct Session {
    files: ModelFiles,
    config: Config,
    hooks: Vec<HookPoint>,
    parameters: usize,
    placed: RefCell<Option<Placed>>,
    report: RefCell<BackendReport>,
    pub(crate) shelf: RefCell<Shelf>,
    pub(crate) othello: RefCell<Othello>,
}

impl Session {
    /// Reads the files, places the model on the chosen backend and checks that backend.
    ///
    /// # Errors
    /// [`Error::BadModelFile`]; [`Error::NoWebGpu`] where WebGPU was insisted on and is not there.
    pub async fn load(files: ModelFiles, choice: Choice) -> Result<Self> {
        let config = Config::parse(&files.config)?;
        let weights = Weights::parse("model.safetensors", &files.weights)?;
        let parameters = weights.parameters();
        let hooks = config.hook_points();
        let session = Self {
            files,
            config,
            hooks,
            parameters,
            placed: RefCell::new(None),
            shelf: RefCell::default(),
            othello: RefCell::default(),
            report: RefCell::new(BackendReport {
                kind: BackendKind::Cpu.name(),
                adapter: String::new(),
                self_check: SelfCheck {
                    ok: false,
                    max_abs_diff: 0.0,
                    tolerance: TOLERANCE,
                    reason: None,
                },
            }),
        };
        let on_gpu = match choice {
            Choice::Cpu => Err(None),
            Choice::Auto | Choice::WebGpu => match session.place_on_gpu(&weights).await {
                Ok(()) => Ok(()),
                Err(error @ Error::NoWebGpu(_)) if choice == Choice::WebGpu => return Err(error),
                Err(error) if error.is_device_failure() => Err(Some(error.to_string())),
                Err(error) => return Err(error),
            },
        };
        if let Err(reason) = on_gpu {
            session.place_on_cpu(weights, reason).await?;
        }
        Ok(session)
    }

    /// The model's config.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// `config.json` as it was.
    pub fn config_json(&self) -> &str {
        &self.files.config
    }

    /// Every hook of the model.
    pub fn hooks(&self) -> &[HookPoint] {
        &self.hooks
    }

    /// How many numbers the model has.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Whether mean ablation is possible.
    pub fn has_means(&self) -> bool {
        self.files.means.is_some()
    }

    /// Which backend computes now.
    pub fn backend(&self) -> BackendReport {
        self.report.borrow().clone()
    }

    /// Runs the model.
    ///
    /// # Errors
    /// As [`glasshouse_model::Runner::run`]; not those of a device, after which the CPU answers.
    pub async fn run(&self, request: &RunRequest, values: &[Vec<f32>]) -> Result<Rc<RunOutput>> {
        let hooks = self.shelf.borrow().hooks(&self.hooks, &request.saes)?;
        let points = request.points(&hooks)?;
        let top = request.top(&hooks)?;
        let edits = request.edits(&hooks, values)?;
        let (ids, saes) = (&request.tokens, &request.saes);
        self.attempt(async |placed| placed.look(ids, &points, &top, &edits, saes).await)
            .await
    }

    /// Answers `<glass-induction>`; `twin` is the one-layer twin, where there is one.
    ///
    /// # Errors
    /// As [`glasshouse_interp::induction::report`].
    pub async fn induction(
        &self,
        request: &InductionRequest,
        twin: Option<&Session>,
    ) -> Result<Report> {
        let question = Question {
            ids: request.tokens.clone(),
            position: position(request.position, request.tokens.len())?,
            top_count: request.top_k,
            ablations: request.ablations.clone(),
        };
        let twin_run = match twin {
            None => None,
            Some(twin) => Some((
                &twin.config,
                twin.attempt(async |placed| placed.run_as_twin(&question.ids).await)
                    .await?,
            )),
        };
        let weights = || Weights::parse("model.safetensors", &self.files.weights);
        self.attempt(async |placed| {
            let twin = twin_run
                .as_ref()
                .map(|(config, run)| (*config, run.as_ref()));
            placed
                .induction(weights, &question, request.seed, twin)
                .await
        })
        .await
    }

    /// Really destroys the graphics device, to show that the session survives it.
    pub fn lose_device(&self) {
        // By way of the shared device: in mid-run, `placed` is taken out.
        if self.report.borrow().kind == BackendKind::WebGpu.name() {
            device::lose();
        }
    }

    /// Lets the shared graphics device hold no more than `bytes`, to show that a session survives a
    /// refused allocation. Does nothing for a session on the CPU.
    pub fn limit_gpu_memory(&self, bytes: u64) {
        if self.report.borrow().kind == BackendKind::WebGpu.name() {
            device::limit_memory(bytes);
        }
    }

    /// Does `work`; after a failure of the device once more, on the CPU.
    pub(crate) async fn attempt<T>(
        &self,
        work: impl AsyncFn(&mut Placed) -> Result<T>,
    ) -> Result<T> {
        // Taken out while it works: no borrow is held across an await.
        let Some(mut placed) = self.placed.take() else {
            return Err(Error::Internal("the session is busy".into()));
        };
        let mut result = work(&mut placed).await;
        if let Err(error) = &result
            && placed.is_gpu()
            && error.is_device_failure()
        {
            let reason = error.to_string();
            let weights = Weights::parse("model.safetensors", &self.files.weights)?;
            self.place_on_cpu(weights, Some(reason)).await?;
            let Some(on_cpu) = self.placed.take() else {
                return Err(Error::Internal("the session did not move".into()));
            };
            placed = on_cpu;
            self.attach_again(&mut placed).await?;
            result = work(&mut placed).await;
        }
        self.placed.replace(Some(placed));
        result
    }

    /// `model.safetensors` as it was read.
    pub(crate) fn weights(&self) -> &[u8] {
        &self.files.weights
    }

    fn means(&self) -> Result<Means> {
        match &self.files.means {
            Some(bytes) => Means::parse(bytes),
            None => Ok(Means::default()),
        }
    }

    fn reference(&self) -> Result<Option<Reference>> {
        let file = self.files.reference.as_deref();
        file.map(|json| Reference::parse(json, &self.hooks))
            .transpose()
    }

    async fn place_on_gpu(&self, weights: &Weights) -> Result<()> {
        let gpu = device::shared().await?;
        let adapter = gpu.adapter_name().to_owned();
        let bench = Bench::new(gpu, self.config.clone(), weights.clone(), self.means()?)?;
        let mut placed = Placed::Gpu(Box::new(bench));
        let (reference, compared) = match self.reference()? {
            Some(reference) => (
                reference,
                "Compared with the model folder's reference values.",
            ),
            None => {
                let reference = self.cpu_as_reference(weights).await?;
                (reference, "Compared with the CPU on a fixed input.")
            }
        };
        let run = placed
            .run(&reference.tokens, &reference.points, &[])
            .await?;
        let self_check = reference.compare(&run, Some(compared.into()))?;
        if !self_check.ok {
            return Err(Error::DeviceLost(format!(
                "WebGPU on this machine gives wrong numbers (largest difference {:.1e}, allowed {:.1e}).",
                self_check.max_abs_diff, self_check.tolerance
            )));
        }
        self.settle(placed, BackendKind::WebGpu, adapter, self_check);
        Ok(())
    }

    async fn place_on_cpu(&self, weights: Weights, why: Option<String>) -> Result<()> {
        let bench = Bench::new(CpuBackend, self.config.clone(), weights, self.means()?)?;
        let mut placed = Placed::Cpu(Box::new(bench));
        let self_check = match self.reference()? {
            Some(reference) => {
                let run = placed
                    .run(&reference.tokens, &reference.points, &[])
                    .await?;
                let compared = "Compared with the model folder's reference values.".to_owned();
                reference.compare(&run, Some(why.unwrap_or(compared)))?
            }
            None => SelfCheck {
                ok: true,
                max_abs_diff: 0.0,
                tolerance: TOLERANCE,
                reason: Some(why.unwrap_or_else(|| {
                    "The model folder has no reference values; the CPU is the reference.".into()
                })),
            },
        };
        let adapter = "CPU, one thread, 128-bit SIMD".into();
        self.settle(placed, BackendKind::Cpu, adapter, self_check);
        Ok(())
    }

    /// The CPU's numbers on a fixed input, for folders without a reference.
    async fn cpu_as_reference(&self, weights: &Weights) -> Result<Reference> {
        let cpu = CpuBackend;
        let bench = Bench::new(cpu, self.config.clone(), weights.clone(), Means::default())?;
        let mut placed = Placed::Cpu(Box::new(bench));
        let tokens = fixed_input(&self.config);
        let run = placed
            .run(&tokens, &fixed_points(&self.config), &[])
            .await?;
        Ok(Reference::from_run(tokens, &run))
    }

    fn settle(&self, placed: Placed, kind: BackendKind, adapter: String, self_check: SelfCheck) {
        self.placed.replace(Some(placed));
        self.report.replace(BackendReport {
            kind: kind.name(),
            adapter,
            self_check,
        });
    }
}
