use glasshouse_tensor::{Error, HostTensor, Result};

use crate::arrival::arrival;
use crate::device::{Gpu, Inner};
use crate::failure::translated;
use crate::pool::GpuTensor;
use crate::recording::Scopes;

/// A staging buffer up to this size is kept for the next read.
const MOST_STAGING_BYTES: u64 = 32 << 20;

impl Gpu {
    /// Submits the recording with a copy of `wanted` into one staging buffer, and waits for it.
    pub(crate) async fn read_back(&self, wanted: &[GpuTensor]) -> Result<Vec<HostTensor>> {
        self.open_recording()?;
        wanted
            .iter()
            .try_for_each(|tensor| self.expect_own(tensor))?;
        let pool = &self.inner().pool;
        // Four bytes at least: the wait is for the work, even where nothing is brought back.
        let bytes = wanted
            .iter()
            .map(|tensor| 4 * tensor.size() as u64)
            .sum::<u64>()
            .max(4);
        if bytes > self.inner().most_buffer_bytes {
            return Err(Error::OutOfMemory(format!(
                "{bytes} bytes are more than can be read back at once"
            )));
        }
        let staging = self.staging(bytes);
        let scopes = self.submit(wanted, &staging);

        let (deliver, mapped) = arrival();
        staging.map_async(wgpu::MapMode::Read, 0..bytes, |outcome| {
            deliver.deliver(outcome)
        });
        // In the reverse order of pushing.
        let errors = scopes.map(|scopes| (scopes.validation.pop(), scopes.memory.pop()));
        #[cfg(not(target_arch = "wasm32"))]
        if let Err(error) = self
            .inner()
            .device
            .poll(wgpu::PollType::wait_indefinitely())
        {
            self.inner()
                .failure
                .report(Error::DeviceLost(error.to_string()));
        }
        self.inner().failure.check()?;
        let mapped = mapped.await;
        if let Some((validation, memory)) = errors {
            let (validation, memory) = (validation.await, memory.await);
            // Memory first: what could not be allocated is then also invalid.
            if let Some(error) = memory.or(validation) {
                pool.borrow_mut().distrust();
                self.inner().recording.borrow_mut().distrust();
                self.inner().failure.check()?;
                return Err(translated(&error));
            }
        }
        self.inner().failure.check()?;
        if mapped.is_err() {
            self.inner().failure.report(Error::DeviceLost(
                "it stopped while its results were read".into(),
            ));
            self.inner().failure.check()?;
        }

        let view = staging
            .get_mapped_range(0..bytes)
            .map_err(|error| Error::DeviceLost(error.to_string()))?;
        let mut start = 0;
        let tensors = wanted
            .iter()
            .map(|tensor| {
                let mut numbers = vec![0.0; tensor.size()];
                copy(&view, start, bytemuck::cast_slice_mut(&mut numbers));
                start += 4 * numbers.len();
                HostTensor::new(&*tensor.shape, numbers)
            })
            .collect();
        drop(view);
        staging.unmap();
        if bytes <= MOST_STAGING_BYTES {
            *self.inner().staging.borrow_mut() = Some(staging);
        }
        tensors
    }

    /// Closes the recording and sends it off, with the copies of `wanted` one after the other into
    /// `staging`. The guards of the recording are to be popped before anything is awaited.
    fn submit(&self, wanted: &[GpuTensor], staging: &wgpu::Buffer) -> Option<Scopes> {
        let Inner {
            device,
            queue,
            pool,
            ..
        } = self.inner();
        let mut recording = self.inner().recording.borrow_mut();
        recording.arena.flush(queue);
        let (mut encoder, scopes) = recording.close(device);
        let mut offset = 0;
        for tensor in wanted.iter().filter(|tensor| tensor.size() > 0) {
            let size = 4 * tensor.size() as u64;
            encoder.copy_buffer_to_buffer(&tensor.storage.buffer, 0, staging, offset, size);
            offset += size;
        }
        queue.submit([encoder.finish()]);
        pool.borrow_mut().submitted();
        scopes
    }

    /// A buffer of at least `bytes` to read through: the last one, if it is large enough. It belongs to
    /// one read at a time, and to nobody if that read is dropped half-way.
    fn staging(&self, bytes: u64) -> wgpu::Buffer {
        let kept = self.inner().staging.borrow_mut().take();
        if let Some(buffer) = kept.filter(|buffer| buffer.size() >= bytes) {
            return buffer;
        }
        self.inner().device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("staging"),
            size: bytes
                .next_power_of_two()
                .min(self.inner().most_buffer_bytes)
                .max(bytes),
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn copy(view: &wgpu::BufferView, start: usize, bytes: &mut [u8]) {
    bytes.copy_from_slice(&view[start..start + bytes.len()]);
}

/// Straight from JavaScript's memory; `view[…]` would copy all of it into ours first.
#[cfg(target_arch = "wasm32")]
fn copy(view: &wgpu::BufferView, start: usize, bytes: &mut [u8]) {
    view.as_uint8array()
        .subarray(start as u32, (start + bytes.len()) as u32)
        .copy_to(bytes);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use glasshouse_tensor::Backend;

    use super::*;

    #[test]
    fn an_error_during_the_recording_reaches_its_read_and_no_other() {
        pollster::block_on(async {
            let gpu = match Gpu::request().await {
                Ok(gpu) => gpu,
                Err(_) if std::env::var_os("GLASSHOUSE_NO_GPU").is_some() => return,
                Err(error) => panic!("{error}"),
            };
            let x = gpu.upload(&HostTensor::zeros([4])).unwrap();
            let too_large = gpu.inner().device.limits().max_buffer_size + 4;
            let _invalid = gpu.inner().device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: too_large,
                usage: wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            let y = gpu.add(&x, &x).unwrap();
            let answer = gpu.read(&[y]).await;
            assert!(matches!(answer, Err(Error::Internal(_))), "{answer:?}");
            assert_eq!(
                gpu.allocated_bytes(),
                256,
                "only the tensor that is still held"
            );

            let y = gpu.add(&x, &x).unwrap();
            assert_eq!(gpu.read(&[y]).await.unwrap(), [HostTensor::zeros([4])]);
        });
    }
}
