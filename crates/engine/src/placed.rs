//! A model placed on one of the two backends.

use std::rc::Rc;

use glasshouse_backend_cpu::CpuBackend;
use glasshouse_backend_gpu::Gpu;
use glasshouse_hooks::{Edit, HookPoint};
use glasshouse_interp::induction::{Controls, Question, Report, patterns, report};
use glasshouse_interp::othello::{fit, probes::Probes, report as othello};
use glasshouse_model::{Config, Means, RunOutput, Runner, Sae, Transformer, Weights};
use glasshouse_tensor::{Backend, Result};

/// A runner, the SAEs beside its model and, once asked for, its controls, each with the seed that made
/// them.
pub struct Bench<B: Backend> {
    pub runner: Runner<B>,
    /// By the number that the session gave it.
    pub saes: Vec<(u32, Rc<Sae<B>>)>,
    controls: Option<(u64, Controls<B>)>,
    untrained: Option<(u64, Runner<B>)>,
}

/// A model on the backend that computes it.
pub enum Placed {
    Cpu(Box<Bench<CpuBackend>>),
    Gpu(Box<Bench<Gpu>>),
}

impl<B: Backend> Bench<B> {
    pub fn new(backend: B, config: Config, weights: Weights, means: Means) -> Result<Self> {
        let transformer = Transformer::load(&backend, config, weights)?;
        Ok(Self {
            runner: Runner::new(backend, transformer, means),
            saes: Vec::new(),
            controls: None,
            untrained: None,
        })
    }

    /// The model and its untrained twin, which is drawn the first time that it is asked for.
    fn with_untrained(&mut self, seed: u64) -> Result<(&mut Runner<B>, &mut Runner<B>)> {
        let twin = match self.untrained.take() {
            Some((drawn_from, twin)) if drawn_from == seed => twin,
            _ => othello::untrained_twin(self.runner.backend(), self.runner.config(), seed)?,
        };
        let (_, twin) = self.untrained.insert((seed, twin));
        Ok((&mut self.runner, twin))
    }

    async fn othello(
        &mut self,
        probes: Option<&Probes>,
        question: &othello::Question,
    ) -> Result<othello::Report> {
        let seed = probes.map_or(question.strength.seed, |probes| probes.untrained_seed);
        let (model, untrained) = self.with_untrained(seed)?;
        othello::report(model, untrained, probes, question).await
    }

    async fn advance_fit(&mut self, fit: &mut fit::Fit, untrained: u64) -> Result<fit::Progress> {
        let (model, untrained) = self.with_untrained(untrained)?;
        fit.advance(model, untrained).await
    }

    async fn induction(
        &mut self,
        weights: impl FnOnce() -> Result<Weights>,
        question: &Question,
        seed: u64,
        twin: Option<(&Config, &RunOutput)>,
    ) -> Result<Report> {
        let mut controls = match self.controls.take() {
            Some((drawn_from, controls)) if drawn_from == seed => controls,
            _ => {
                let (backend, config) = (self.runner.backend(), self.runner.config());
                Controls::draw(backend, config, &weights()?, seed)?
            }
        };
        let report = report(&mut self.runner, &mut controls, question, twin).await;
        self.controls = Some((seed, controls));
        report
    }
}

impl Placed {
    pub fn is_gpu(&self) -> bool {
        matches!(self, Placed::Gpu(_))
    }

    pub async fn run(
        &mut self,
        ids: &[u32],
        wanted: &[HookPoint],
        edits: &[Edit],
    ) -> Result<Rc<RunOutput>> {
        match self {
            Placed::Cpu(bench) => bench.runner.run(ids, wanted, edits).await,
            Placed::Gpu(bench) => bench.runner.run(ids, wanted, edits).await,
        }
    }

    /// The run that a larger model's report needs of this model, its one-layer twin.
    pub async fn run_as_twin(&mut self, ids: &[u32]) -> Result<Rc<RunOutput>> {
        let wanted = match self {
            Placed::Cpu(bench) => patterns(bench.runner.config()),
            Placed::Gpu(bench) => patterns(bench.runner.config()),
        };
        self.run(ids, &wanted, &[]).await
    }

    pub async fn induction(
        &mut self,
        weights: impl FnOnce() -> Result<Weights>,
        question: &Question,
        seed: u64,
        twin: Option<(&Config, &RunOutput)>,
    ) -> Result<Report> {
        match self {
            Placed::Cpu(bench) => bench.induction(weights, question, seed, twin).await,
            Placed::Gpu(bench) => bench.induction(weights, question, seed, twin).await,
        }
    }

    pub async fn othello(
        &mut self,
        probes: Option<&Probes>,
        question: &othello::Question,
    ) -> Result<othello::Report> {
        match self {
            Placed::Cpu(bench) => bench.othello(probes, question).await,
            Placed::Gpu(bench) => bench.othello(probes, question).await,
        }
    }

    /// One slice of a live fit; `untrained` is the seed of the twin.
    pub async fn advance_fit(
        &mut self,
        fit: &mut fit::Fit,
        untrained: u64,
    ) -> Result<fit::Progress> {
        match self {
            Placed::Cpu(bench) => bench.advance_fit(fit, untrained).await,
            Placed::Gpu(bench) => bench.advance_fit(fit, untrained).await,
        }
    }
}
