use glasshouse_shaders::Shader;
use glasshouse_tensor::{Error, Result};

use crate::arena::{Arena, Piece};
use crate::device::{Gpu, Inner};
use crate::pipelines::PARAMS_BYTES;
use crate::pool::{GpuTensor, Pool, Purpose};

/// The commands of a run, until they are submitted.
#[derive(Default)]
pub(crate) struct Recording {
    // Before the encoder: a pass that is dropped ends.
    pass: Option<wgpu::ComputePass<'static>>,
    encoder: Option<wgpu::CommandEncoder>,
    scopes: Option<Scopes>,
    pub(crate) arena: Arena,
}

/// What went wrong since the recording was opened is kept for the read that closes it.
pub(crate) struct Scopes {
    pub(crate) validation: wgpu::ErrorScopeGuard,
    pub(crate) memory: wgpu::ErrorScopeGuard,
}

impl Recording {
    /// The commands, and the guards that watched over them.
    pub(crate) fn close(
        &mut self,
        device: &wgpu::Device,
    ) -> (wgpu::CommandEncoder, Option<Scopes>) {
        self.pass = None;
        let encoder = self
            .encoder
            .take()
            .unwrap_or_else(|| device.create_command_encoder(&Default::default()));
        (encoder, self.scopes.take())
    }

    /// After an error that may have left the arena's chunks without memory behind them.
    pub(crate) fn distrust(&mut self) {
        // A recording that was opened since then has its own guards.
        if self.scopes.is_none() {
            self.arena = Arena::default();
        }
    }

    fn pass(&mut self, device: &wgpu::Device) -> &mut wgpu::ComputePass<'static> {
        self.pass.get_or_insert_with(|| {
            self.encoder
                .get_or_insert_with(|| device.create_command_encoder(&Default::default()))
                .begin_compute_pass(&Default::default())
                .forget_lifetime()
        })
    }
}

/// What a kernel reads.
pub(crate) enum Input<'a> {
    Tensor(&'a GpuTensor),
    Piece(Piece),
}

impl<'a> From<&'a GpuTensor> for Input<'a> {
    fn from(tensor: &'a GpuTensor) -> Self {
        Input::Tensor(tensor)
    }
}

impl Input<'_> {
    fn resource(&self) -> wgpu::BindingResource<'_> {
        match self {
            Input::Tensor(tensor) => tensor.storage.buffer.as_entire_binding(),
            Input::Piece(piece) => wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                buffer: &piece.buffer,
                offset: piece.offset.into(),
                size: std::num::NonZero::new(piece.bytes),
            }),
        }
    }
}

impl Gpu {
    /// Opens a recording if none is open, so that what fails from here on is noticed by its read.
    ///
    /// # Errors
    /// What the device reported before.
    pub(crate) fn open_recording(&self) -> Result<()> {
        let Inner { device, pool, .. } = self.inner();
        self.inner().failure.check()?;
        let scopes = &mut self.inner().recording.borrow_mut().scopes;
        if scopes.is_none() {
            let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
            let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
            *scopes = Some(Scopes { validation, memory });
            pool.borrow_mut().recording_opened();
        }
        Ok(())
    }

    /// A tensor of `shape` with whatever the memory holds.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] where it is larger than any buffer of this device may be.
    pub(crate) fn unwritten(&self, shape: &[usize], purpose: Purpose) -> Result<GpuTensor> {
        let Inner {
            device,
            pool,
            most_bytes,
            ..
        } = self.inner();
        let bytes = shape
            .iter()
            .try_fold(4u64, |bytes, &n| bytes.checked_mul(n as u64))
            .filter(|bytes| bytes.next_multiple_of(256) <= *most_bytes)
            .ok_or_else(|| {
                Error::OutOfMemory(format!(
                    "a tensor of shape {shape:?} is larger than the {most_bytes} bytes that the \
                     graphics device allows"
                ))
            })?;
        let bytes = Pool::rounded(bytes, *most_bytes);
        let pooled = pool.borrow_mut().take(bytes, purpose);
        let buffer = match pooled {
            Some(buffer) => buffer,
            None => {
                pool.borrow_mut().make_room(bytes)?;
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("tensor"),
                    size: bytes,
                    usage: wgpu::BufferUsages::STORAGE
                        | wgpu::BufferUsages::COPY_SRC
                        | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                })
            }
        };
        Ok(GpuTensor {
            storage: Pool::lend(pool, buffer).into(),
            shape: shape.into(),
        })
    }

    /// # Errors
    /// [`Error::Internal`] where `tensor` belongs to another device.
    pub(crate) fn expect_own(&self, tensor: &GpuTensor) -> Result<()> {
        if tensor.storage.is_from(&self.inner().pool) {
            return Ok(());
        }
        Err(Error::Internal("a tensor of another device".into()))
    }

    /// A few numbers that a kernel reads, sent along with the recording.
    pub(crate) fn piece<'a, T: bytemuck::NoUninit>(&self, numbers: &[T]) -> Result<Input<'a>> {
        self.open_recording()?;
        let Inner {
            device,
            most_bytes,
            recording,
            ..
        } = self.inner();
        let bytes: &[u8] = bytemuck::cast_slice(numbers);
        if bytes.len() as u64 + 256 > *most_bytes {
            return Err(Error::OutOfMemory(format!(
                "{} bytes are more than the {most_bytes} that the graphics device allows",
                bytes.len()
            )));
        }
        let piece = recording.borrow_mut().arena.push(device, bytes);
        Ok(Input::Piece(piece))
    }

    /// Records `shader` over `extent` (`[batch, rows, columns]`, see
    /// [`Grid`](glasshouse_shaders::Grid)) and returns what it writes.
    ///
    /// # Errors
    /// A failure of the device, or [`Error::OutOfMemory`] where the work is too large for it.
    pub(crate) fn dispatch(
        &self,
        shader: &Shader,
        params: &[u32],
        reads: &[Input<'_>],
        shape: &[usize],
        extent: [usize; 3],
    ) -> Result<GpuTensor> {
        self.open_recording()?;
        let result = self.unwritten(shape, Purpose::Result)?;
        self.record(shader, params, reads, &result, extent)?;
        Ok(result)
    }

    /// Records `shader` over `extent`, which writes `result`, or a part of it.
    ///
    /// # Errors
    /// As [`Gpu::dispatch`].
    pub(crate) fn record(
        &self,
        shader: &Shader,
        params: &[u32],
        reads: &[Input<'_>],
        result: &GpuTensor,
        extent: [usize; 3],
    ) -> Result<()> {
        debug_assert_eq!(params.len(), shader.params.len(), "{}", shader.name);
        debug_assert_eq!(reads.len(), shader.reads.len(), "{}", shader.name);
        self.open_recording()?;
        for input in reads {
            if let Input::Tensor(tensor) = input {
                self.expect_own(tensor)?;
            }
        }
        if extent.contains(&0) {
            return Ok(());
        }
        let [x, y, z] = shader.grid.workgroups(extent).ok_or_else(|| {
            Error::OutOfMemory(format!("{} over {extent:?} is too much work", shader.name))
        })?;

        let Inner {
            device,
            recording,
            pipelines,
            ..
        } = self.inner();
        let mut recording = recording.borrow_mut();
        let mut pipelines = pipelines.borrow_mut();
        let params = recording.arena.push(device, bytemuck::cast_slice(params));
        let uniform = wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: &params.buffer,
            offset: 0,
            size: std::num::NonZero::new(PARAMS_BYTES),
        });
        let entries: Vec<_> = std::iter::once(uniform)
            .chain(reads.iter().map(Input::resource))
            .chain([result.storage.buffer.as_entire_binding()])
            .enumerate()
            .map(|(i, resource)| wgpu::BindGroupEntry {
                binding: i as u32,
                resource,
            })
            .collect();
        let bindings = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: pipelines.layout(device, shader),
            entries: &entries,
        });
        let pass = recording.pass(device);
        pass.set_pipeline(pipelines.pipeline(device, shader));
        pass.set_bind_group(0, &bindings, &[params.offset]);
        pass.dispatch_workgroups(x, y, z);
        Ok(())
    }
}
