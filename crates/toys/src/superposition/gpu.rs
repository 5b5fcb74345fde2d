use glasshouse_backend_gpu::Gpu;
use glasshouse_shaders::SUPERPOSITION;
use glasshouse_tensor::{Backend, Error, HostTensor, Result};

use super::cpu::Slice;
use super::draw::gates;
use super::init::initial;
use super::settings::{Activation, Settings, Task};
use crate::adam::Schedule;

type Tensor = <Gpu as Backend>::Tensor;

/// Samples that a workgroup works on at once, as in the kernel.
const CHUNK: usize = 256;
/// Most floating-point operations of one model, and of all, in one dispatch: a fraction of a second
/// even on a phone, after which a browser would take the device away.
const MOST_FLOP_OF_MODEL: f64 = 5e7;
const MOST_FLOP: f64 = 2e9;

/// Trains many models at once on the graphics device, where parameters and moments stay.
pub struct GpuTrainer {
    gpu: Gpu,
    settings: Settings,
    schedule: Schedule,
    models: Tensor,
    /// As the kernel lays it out: parameters with loss and divergence, moments, gradients, samples.
    state: Tensor,
}

impl GpuTrainer {
    /// The models before their first step.
    ///
    /// # Errors
    /// A failure of the device: [`Error::OutOfMemory`] where the models are more than it can hold.
    pub fn new(gpu: Gpu, settings: Settings) -> Result<Self> {
        let mut front = Vec::new();
        for instance in &settings.instances {
            front.extend(initial(&settings, instance));
            front.extend([0.0; 2]);
        }
        let (models, state) = place(&gpu, &settings, front)?;
        Ok(Self {
            models,
            state,
            schedule: Schedule::of(&settings),
            settings,
            gpu,
        })
    }

    /// What is trained.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Steps taken since the beginning.
    pub fn step(&self) -> u32 {
        self.schedule.taken()
    }

    /// Takes exactly `steps` steps of every model that has not diverged: a few dispatches and one read.
    ///
    /// # Errors
    /// A failure of the device, after which the models are lost.
    pub async fn train(&mut self, steps: u32) -> Result<Slice> {
        let first = self.step();
        let sizes = self.schedule.by_ref().take(steps as usize);
        let sizes: Vec<f32> = sizes
            .flat_map(|size| [size.keep, size.rate, size.root_correction])
            .collect();
        let sizes = self.gpu.upload(&HostTensor::new([sizes.len()], sizes)?)?;
        let mut taken = 0;
        while taken < steps {
            let now = self.steps_at_once().min(steps - taken);
            let params = self.params(first, taken, now);
            let reads = [&self.models, &sizes];
            let extent = [self.settings.instances.len(), 1, 1];
            self.gpu
                .update(&SUPERPOSITION, &params, &reads, &self.state, extent)?;
            taken += now;
        }
        let parameters = self.settings.parameters();
        let models = self.read().await?;
        let ends = || {
            models
                .chunks_exact(parameters + 2)
                .map(|model| &model[parameters..])
        };
        let diverged: Vec<bool> = ends().map(|end| end[1] != 0.0).collect();
        let losses = ends()
            .zip(&diverged)
            .map(|(end, &diverged)| match diverged {
                true => f32::NAN,
                false => end[0] / steps as f32,
            });
        Ok(Slice {
            step: self.step(),
            loss: losses.collect(),
            diverged,
        })
    }

    /// Parameters of every model, as [`CpuTrainer::parameters`](super::CpuTrainer::parameters).
    ///
    /// # Errors
    /// A failure of the device.
    pub async fn parameters(&self) -> Result<Vec<Vec<f32>>> {
        let parameters = self.settings.parameters();
        let models = self.read().await?;
        let models = models.chunks_exact(parameters + 2);
        Ok(models.map(|model| model[..parameters].to_vec()).collect())
    }

    /// Goes on with the chosen models only, in the order given.
    ///
    /// # Errors
    /// A failure of the device, after which the models are lost.
    pub async fn keep(&mut self, chosen: &[usize]) -> Result<()> {
        let (count, parameters) = (self.settings.instances.len(), self.settings.parameters());
        let (own, moments) = (parameters + 2, 2 * parameters);
        let all = self.front(count * (own + moments)).await?;
        let (models, all_moments) = all.split_at(count * own);
        let settings = Settings {
            instances: chosen
                .iter()
                .filter_map(|&i| self.settings.instances.get(i).cloned())
                .collect(),
            ..self.settings.clone()
        };
        let part = |from: &[f32], size: usize| -> Vec<f32> {
            let parts = chosen
                .iter()
                .filter_map(|&i| from.get(i * size..(i + 1) * size));
            parts.flatten().copied().collect()
        };
        let front = [part(models, own), part(all_moments, moments)].concat();
        (self.models, self.state) = place(&self.gpu, &settings, front)?;
        self.settings = settings;
        Ok(())
    }

    async fn read(&self) -> Result<Vec<f32>> {
        let parameters = self.settings.parameters();
        self.front(self.settings.instances.len() * (parameters + 2))
            .await
    }

    /// The first `size` numbers of the state.
    async fn front(&self, size: usize) -> Result<Vec<f32>> {
        let front = self.gpu.rows(&self.state, 0, size)?;
        let read = self.gpu.read(&[front]).await?;
        Ok(read.into_iter().flat_map(HostTensor::into_data).collect())
    }

    fn steps_at_once(&self) -> u32 {
        let flop = self.settings.flop_per_step();
        let of_all = flop * self.settings.instances.len() as f64;
        (MOST_FLOP_OF_MODEL / flop).min(MOST_FLOP / of_all).max(1.0) as u32
    }

    fn params(&self, first: u32, taken: u32, steps: u32) -> [u32; 13] {
        let settings = &self.settings;
        [
            settings.instances.len() as u32,
            settings.n_features as u32,
            settings.n_hidden as u32,
            settings.batch as u32,
            first + taken,
            steps,
            taken,
            settings.tied.into(),
            (settings.activation == Activation::Relu).into(),
            (settings.task == Task::Absolute).into(),
            settings.correlation as u32,
            settings.fixed_data.into(),
            (taken == 0).into(),
        ]
    }
}

/// Uploads what the kernel reads of every model, and its state, which begins with `front`.
fn place(gpu: &Gpu, settings: &Settings, front: Vec<f32>) -> Result<(Tensor, Tensor)> {
    let count = settings.instances.len();
    let samples = 2 * (settings.n_features + settings.n_hidden) * CHUNK;
    let size = count * (4 * settings.parameters() + 2 + samples);
    let mut state = front;
    // Indices in the kernel are 32 bits wide.
    if size > 1 << 30 || state.try_reserve_exact(size - state.len()).is_err() {
        return Err(Error::OutOfMemory(format!(
            "{count} models need {size} numbers"
        )));
    }
    state.resize(size, 0.0);
    let mut models = Vec::new();
    for instance in &settings.instances {
        let [alone, first, second] = gates(instance.density);
        models.extend([instance.seed, alone.length, first.length]);
        models.extend([second.first, second.length]);
        models.extend(instance.importance.iter().map(|i| i.to_bits()));
    }
    let models = gpu.upload_words(&models)?;
    Ok((models, gpu.upload(&HostTensor::new([size], state)?)?))
}
