use glasshouse_shaders::Shader;
use glasshouse_tensor::Result;

use crate::device::Gpu;
use crate::pool::{GpuTensor, Purpose};
use crate::recording::Input;

impl Gpu {
    /// Brings words to the device, bit by bit.
    ///
    /// # Errors
    /// A failure of the device.
    pub fn upload_words(&self, words: &[u32]) -> Result<GpuTensor> {
        self.open_recording()?;
        let tensor = self.unwritten(&[words.len()], Purpose::Upload)?;
        if !words.is_empty() {
            let bytes = bytemuck::cast_slice(words);
            let queue = &self.inner().queue;
            queue.write_buffer(&tensor.storage.buffer, 0, bytes);
        }
        Ok(tensor)
    }

    /// Records `shader` over `extent` (see [`Grid`](glasshouse_shaders::Grid)): it changes `state` in
    /// place, after everything recorded before. Other handles of `state` see the change.
    ///
    /// # Errors
    /// A failure of the device, or [`OutOfMemory`](glasshouse_tensor::Error::OutOfMemory) where the
    /// work is too large for it.
    pub fn update(
        &self,
        shader: &Shader,
        params: &[u32],
        reads: &[&GpuTensor],
        state: &GpuTensor,
        extent: [usize; 3],
    ) -> Result<()> {
        self.expect_own(state)?;
        let reads: Vec<Input<'_>> = reads.iter().map(|&tensor| tensor.into()).collect();
        self.record(shader, params, &reads, state, extent)
    }
}
