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

#[cfg(test)]
mod tests {
    use super::super::draw::{Draw, Purpose, TILE};
    use super::super::gradient_tests::variants;
    use super::super::tile::Tile;
    use super::*;
    use crate::superposition::CpuTrainer;

    fn gpu() -> Option<Gpu> {
        match pollster::block_on(Gpu::request()) {
            Ok(gpu) => Some(gpu),
            Err(_) if std::env::var_os("GLASSHOUSE_NO_GPU").is_some() => None,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_device_draws_the_same_samples_bit_by_bit() {
        let Some(gpu) = gpu() else { return };
        for settings in variants() {
            let mut trainer = GpuTrainer::new(gpu.clone(), settings.clone()).unwrap();
            pollster::block_on(trainer.train(3)).unwrap();
            let before = 4 * settings.parameters() + 2;
            let state = pollster::block_on(trainer.front(before + settings.n_features * CHUNK));
            let samples = &state.unwrap()[before..];
            let mut tile = Tile::zeros(&settings);
            let draw = Draw::new(&settings, &settings.instances[0], Purpose::Training);
            // The samples of the last step; all these batches fit into one chunk.
            for index in 0..settings.batch.div_ceil(TILE) {
                draw.tile(index as u32, 2, &mut tile.x);
                for (i, row) in tile.x.iter().enumerate() {
                    for (j, eight) in row.iter().enumerate() {
                        let mut expected = [0.0; 8];
                        eight.store(&mut expected);
                        let at = i * CHUNK + j * 64 + 8 * index;
                        let bits = |numbers: &[f32]| -> Vec<u32> {
                            numbers.iter().map(|x| x.to_bits()).collect()
                        };
                        assert_eq!(bits(&samples[at..at + 8]), bits(&expected), "{settings:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn after_a_hundred_steps_the_losses_are_those_of_the_cpu() {
        let Some(gpu) = gpu() else { return };
        for settings in variants() {
            let mut on_gpu = GpuTrainer::new(gpu.clone(), settings.clone()).unwrap();
            let mut on_cpu = CpuTrainer::new(settings.clone());
            pollster::block_on(on_gpu.train(99)).unwrap();
            on_cpu.train(99);
            let found = pollster::block_on(on_gpu.train(1)).unwrap();
            let expected = on_cpu.train(1);
            assert_eq!(found.step, 100);
            let (found, expected) = (found.loss[0], expected.loss[0]);
            assert!(
                (found / expected - 1.0).abs() < 1e-4,
                "{settings:?}: {found} {expected}"
            );
        }
    }

    #[test]
    fn on_the_device_too_a_model_goes_on_after_the_others_are_gone() {
        let Some(gpu) = gpu() else { return };
        let mut settings = variants().swap_remove(0);
        let more = settings.instances[0].clone();
        settings
            .instances
            .push(super::super::InstanceSettings { seed: 5, ..more });
        let mut all = GpuTrainer::new(gpu.clone(), settings.clone()).unwrap();
        let mut alone = GpuTrainer::new(gpu, settings.alone(1).unwrap()).unwrap();
        pollster::block_on(async {
            all.train(4).await.unwrap();
            alone.train(4).await.unwrap();
            all.keep(&[1]).await.unwrap();
            let (one, other) = (all.train(4).await.unwrap(), alone.train(4).await.unwrap());
            assert_eq!(one, other);
            assert_eq!(
                all.parameters().await.unwrap(),
                alone.parameters().await.unwrap()
            );
        });
    }
}
