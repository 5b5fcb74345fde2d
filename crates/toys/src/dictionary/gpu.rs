//! Training on the graphics device.

use glasshouse_backend_gpu::Gpu;
use glasshouse_shaders::{DICTIONARY_ROWS, DICTIONARY_UPDATE};
use glasshouse_tensor::{Backend, HostTensor, Result};

use super::trainer::Trainer;
use super::{Architecture, Settings};

type Tensor = <Gpu as Backend>::Tensor;

/// Steps whose batches are sent, and whose commands are recorded, at once.
const STEPS_AT_ONCE: u32 = 32;

/// The steps of a [`Trainer`] on the graphics device, where weights and moments stay. The batches are the trainer's
/// own; after each call it holds a copy of the weights, to be measured. Only what silent features get instead is
/// worked out on the CPU.
pub struct GpuTrainer {
    gpu: Gpu,
    /// As the kernels lay it out: loss, silences, parameters, moments, gradient.
    state: Tensor,
    work: Tensor,
}

impl GpuTrainer {
    /// Brings a dictionary to the device.
    ///
    /// # Errors
    /// A failure of the device: out of memory where it is more than it can hold.
    pub fn new(gpu: Gpu, trainer: &Trainer) -> Result<Self> {
        let Settings {
            d_in, d_sae, batch, ..
        } = trainer.settings;
        let work = batch * (3 * d_in + 2 * d_sae + 1);
        Ok(Self {
            state: gpu.upload(&state_of(trainer)?)?,
            work: gpu.upload(&HostTensor::zeros([work]))?,
            gpu,
        })
    }

    /// Takes so many steps, as [`Trainer::train`] does.
    ///
    /// # Errors
    /// As there, or a failure of the device.
    pub async fn train(&mut self, trainer: &mut Trainer, steps: u32) -> Result<()> {
        let mut left = steps;
        while left > 0 {
            let to_resampling = trainer.resampling_after().unwrap_or(u32::MAX);
            let now = left.min(STEPS_AT_ONCE).min(to_resampling);
            let last = self.record(trainer, now)?;
            self.read(trainer, false).await?;
            trainer.check_loss()?;
            if now == to_resampling && trainer.any_dead() {
                self.read(trainer, true).await?;
                trainer.resample(&last);
                self.state = self.gpu.upload(&state_of(trainer)?)?;
            }
            left -= now;
        }
        Ok(())
    }

    /// Records so many steps; the last batch.
    fn record(&self, trainer: &mut Trainer, steps: u32) -> Result<Vec<f32>> {
        let batches: Vec<Vec<f32>> = (0..steps).map(|_| trainer.next_batch()).collect();
        let rows = batches.concat();
        let rows = self.gpu.upload(&HostTensor::new([rows.len()], rows)?)?;
        let settings = &trainer.settings;
        let sizes = [settings.d_in, settings.d_sae, settings.batch];
        let [width, features, batch] = sizes.map(|size| size as u32);
        let (k, lambda) = match settings.architecture {
            Architecture::TopK => (settings.sparsity as u32, 0.0f32),
            Architecture::Standard => (0, settings.sparsity),
        };
        for step in 0..steps {
            let Some(size) = trainer.schedule.next() else {
                break;
            };
            let first = step * batch * width;
            let params = [width, features, batch, first, k, lambda.to_bits()];
            let rows = [&rows, &self.state];
            let extent = [settings.batch, 1, 1];
            self.gpu
                .update(&DICTIONARY_ROWS, &params, &rows, &self.work, extent)?;
            let frozen = settings.frozen_decoder.into();
            let [rate, root] = [size.rate, size.root_correction].map(f32::to_bits);
            let params = [width, features, batch, frozen, rate, root];
            let extent = [settings.d_sae + 1, 1, 1];
            self.gpu.update(
                &DICTIONARY_UPDATE,
                &params,
                &[&self.work],
                &self.state,
                extent,
            )?;
        }
        Ok(batches.into_iter().next_back().unwrap_or_default())
    }

    /// Copies loss, silences and weights to the trainer, the moments too where they are wanted.
    async fn read(&self, trainer: &mut Trainer, moments: bool) -> Result<()> {
        let parameters: usize = trainer.moments.iter().map(|m| m.first.len()).sum();
        let front = 1 + trainer.settings.d_sae;
        let size = front + parameters * if moments { 3 } else { 1 };
        let read = self.gpu.rows(&self.state, 0, size)?;
        let read = self.gpu.read(&[read]).await?;
        let mut numbers = read.iter().flat_map(HostTensor::data).copied();
        let mut fill =
            |to: &mut Vec<f32>| to.iter_mut().zip(&mut numbers).for_each(|(x, n)| *x = n);
        let mut loss = vec![0.0];
        let mut silent = vec![0.0; trainer.settings.d_sae];
        fill(&mut loss);
        fill(&mut silent);
        trainer.loss = loss[0];
        trainer.silent = silent.into_iter().map(|steps| steps as u32).collect();
        trainer.weights.parts_mut().into_iter().for_each(&mut fill);
        if moments {
            trainer.moments.iter_mut().for_each(|m| fill(&mut m.first));
            trainer.moments.iter_mut().for_each(|m| fill(&mut m.second));
        }
        Ok(())
    }
}

/// What the kernels keep, as the trainer has it.
fn state_of(trainer: &Trainer) -> Result<HostTensor> {
    let silent = trainer.silent.iter().map(|&steps| steps as f32);
    let mut state: Vec<f32> = [trainer.loss].into_iter().chain(silent).collect();
    let first = trainer.moments.iter().map(|m| &m.first);
    let second = trainer.moments.iter().map(|m| &m.second);
    for part in trainer
        .weights
        .parts()
        .into_iter()
        .chain(first)
        .chain(second)
    {
        state.extend(part);
    }
    state.resize(state.len() + trainer.weights.decoder.len(), 0.0);
    HostTensor::new([state.len()], state)
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::super::tests::{pentagon, rows, settings};
    use super::*;

    fn gpu() -> Option<Gpu> {
        match pollster::block_on(Gpu::request()) {
            Ok(gpu) => Some(gpu),
            Err(_) if std::env::var_os("GLASSHOUSE_NO_GPU").is_some() => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Both after `steps` steps: on the device and on the CPU.
    fn both(
        settings: Settings,
        source: Source,
        steps: u32,
        change: impl Fn(&mut Trainer),
    ) -> Option<[Trainer; 2]> {
        let gpu = gpu()?;
        let mut host = Trainer::new(settings.clone(), source.clone()).unwrap();
        change(&mut host);
        let mut on_gpu = GpuTrainer::new(gpu, &host).unwrap();
        // In two parts: what is between calls must not matter.
        pollster::block_on(on_gpu.train(&mut host, steps / 3)).unwrap();
        pollster::block_on(on_gpu.train(&mut host, steps - steps / 3)).unwrap();
        let mut on_cpu = Trainer::new(settings, source).unwrap();
        change(&mut on_cpu);
        on_cpu.train(steps).unwrap();
        assert_eq!([host.step(), on_cpu.step()], [steps; 2]);
        Some([host, on_cpu])
    }

    /// Far from where two features tie for the last place of k: there the backends may choose differently.
    #[test]
    fn after_a_hundred_steps_the_losses_are_those_of_the_cpu() {
        for (architecture, sparsity) in [(Architecture::Standard, 1.0), (Architecture::TopK, 7.0)] {
            for frozen_decoder in [false, true] {
                let settings = Settings {
                    d_in: 70,
                    d_sae: 150,
                    batch: 33,
                    learning_rate: 2e-3,
                    frozen_decoder,
                    ..settings(architecture, sparsity)
                };
                let source = Source::Rows {
                    train: rows(300, 70, 2),
                    held_out: rows(50, 70, 3),
                };
                let toy = super::super::tests::settings(architecture, 1.0);
                let cases = [(settings, source), (toy, pentagon(0.1))];
                for (settings, source) in cases {
                    let Some([found, expected]) = both(settings, source, 100, |_| ()) else {
                        return;
                    };
                    let difference = found.loss() / expected.loss() - 1.0;
                    assert!(
                        difference.abs() < 1e-4,
                        "{:?}: {} {}",
                        found.settings,
                        found.loss(),
                        expected.loss()
                    );
                    let (found, expected) = (found.report(), expected.report());
                    let difference = found.explained_variance - expected.explained_variance;
                    assert!(difference.abs() < 1e-3, "{found:?} {expected:?}");
                    assert_eq!(found.dead, expected.dead);
                }
            }
        }
    }

    /// Features that nothing brings to fire are drawn anew, on the device too.
    #[test]
    fn silent_features_are_drawn_anew() {
        let settings = Settings {
            d_sae: 12,
            learning_rate: 2e-3,
            resample_every: 20,
            ..settings(Architecture::Standard, 0.5)
        };
        let silence = |trainer: &mut Trainer| trainer.weights.b_enc[3..6].fill(-100.0);
        let Some([found, expected]) = both(settings, pentagon(0.1), 50, silence) else {
            return;
        };
        let difference = found.loss() / expected.loss() - 1.0;
        assert!(
            difference.abs() < 1e-4,
            "{} {}",
            found.loss(),
            expected.loss()
        );
        assert!(found.weights.b_enc.iter().all(|&b| b > -1.0));
        for (a, b) in found.decoder().iter().zip(expected.decoder()) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }

    #[test]
    fn a_loss_that_is_no_number_ends_training() {
        let Some(gpu) = gpu() else { return };
        let wild = Settings {
            learning_rate: 1.0,
            sparsity: 1e3,
            ..settings(Architecture::Standard, 0.0)
        };
        let mut host = Trainer::new(wild, pentagon(0.1)).unwrap();
        host.weights.encoder.fill(1e30);
        let mut on_gpu = GpuTrainer::new(gpu, &host).unwrap();
        let refused = pollster::block_on(on_gpu.train(&mut host, 3)).unwrap_err();
        assert!(refused.to_string().contains("learning rate"), "{refused}");
    }
}
