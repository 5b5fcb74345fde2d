//! Sparse autoencoders in training, on a backend that has proved itself.

use glasshouse_backend_gpu::Gpu;
use glasshouse_border::{BackendReport, Choice};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Error, Result};
use glasshouse_toys::dictionary::{GpuTrainer, Settings, Source, Trainer};

use crate::proof::{device_for, on_cpu, proof};

/// How many steps both backends take in the self-check, of a dictionary of at most this width and so many features.
const CHECKED_STEPS: u32 = 3;
const CHECKED_WIDTH: usize = 70;
const CHECKED_FEATURES: usize = 150;

/// A dictionary in training. When the device fails, training begins anew on the CPU, from the same seed.
pub struct Dictionary {
    trainer: Trainer,
    gpu: Option<GpuTrainer>,
    report: BackendReport,
}

impl Dictionary {
    /// Draws the weights and places them on a backend.
    ///
    /// # Errors
    /// [`Error::BadSettings`]; [`Error::NoWebGpu`] where WebGPU was insisted on and is not there.
    pub async fn create(settings: Settings, source: Source, choice: Choice) -> Result<Self> {
        let trainer = Trainer::new(settings.clone(), source)?;
        let placed = match choice {
            Choice::Cpu => Err(Error::NoWebGpu("The CPU was asked for.".into())),
            Choice::Auto | Choice::WebGpu => placed(settings, &trainer, choice).await,
        };
        let (gpu, report) = match placed {
            Ok((gpu, report)) => (Some(gpu), report),
            Err(error @ Error::NoWebGpu(_)) if choice == Choice::WebGpu => return Err(error),
            Err(error) => (None, on_cpu(error.to_string())),
        };
        Ok(Self {
            trainer,
            gpu,
            report,
        })
    }

    /// As it was after the last step.
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// Which backend trains now.
    pub fn backend(&self) -> &BackendReport {
        &self.report
    }

    /// Takes so many steps with this λ or k. Where the device fails meanwhile, they are the first on the CPU.
    ///
    /// # Errors
    /// [`Error::BadSettings`].
    pub async fn train(&mut self, steps: u32, sparsity: f32) -> Result<()> {
        self.trainer.set_sparsity(sparsity)?;
        if let Some(gpu) = &mut self.gpu {
            match gpu.train(&mut self.trainer, steps).await {
                Ok(()) => return Ok(()),
                Err(error @ Error::BadSettings(_)) => return Err(error),
                Err(error) => {
                    let why =
                        format!("{error}. Training began anew on the CPU, from the same seed.");
                    self.gpu = None;
                    self.report = on_cpu(why);
                    self.trainer.reset()?;
                }
            }
        }
        self.trainer.train(steps)
    }
}

/// The dictionary on the device, which has shown with random rows that it trains as the CPU does.
async fn placed(
    settings: Settings,
    trainer: &Trainer,
    choice: Choice,
) -> Result<(GpuTrainer, BackendReport)> {
    let gpu: Gpu = device_for(choice).await?;
    let d_sae = settings.d_sae.min(CHECKED_FEATURES);
    let small = Settings {
        d_in: settings.d_in.min(CHECKED_WIDTH),
        d_sae,
        sparsity: settings.sparsity.min(d_sae as f32),
        ..settings
    };
    let mut stream = Stream::new(small.seed, u64::MAX);
    let train: Vec<f32> = (0..64 * small.d_in).map(|_| stream.normal()).collect();
    let rows = Source::Rows {
        held_out: train.clone(),
        train,
    };
    let mut expected = Trainer::new(small, rows)?;
    expected.train(CHECKED_STEPS)?;
    let loss = expected.loss();
    expected.reset()?;
    let mut checked = GpuTrainer::new(gpu.clone(), &expected)?;
    checked.train(&mut expected, CHECKED_STEPS).await?;
    let report = proof(&gpu, &[expected.loss()], &[loss])?;
    Ok((GpuTrainer::new(gpu, trainer)?, report))
}
