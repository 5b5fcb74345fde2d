use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use glasshouse_tensor::{Error, Result};

/// Most bytes kept in idle buffers for re-use; what is freed beyond that is destroyed. Memory in use is
/// therefore at most this much above the largest need of any one run.
const MOST_IDLE_BYTES: u64 = 64 << 20;

/// Smallest buffer, and the grain of all sizes.
const GRAIN_BYTES: u64 = 256;

/// A tensor on the device: a cheap handle. The last one gives the memory back to the pool.
#[derive(Clone)]
pub struct GpuTensor {
    pub(crate) storage: Rc<Storage>,
    pub(crate) shape: Rc<[usize]>,
}

impl GpuTensor {
    /// How many numbers it holds.
    pub(crate) fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// A buffer on loan from the pool.
pub(crate) struct Storage {
    pub(crate) buffer: wgpu::Buffer,
    epoch: u32,
    pool: Rc<RefCell<Pool>>,
}

impl Storage {
    pub(crate) fn is_from(&self, pool: &Rc<RefCell<Pool>>) -> bool {
        Rc::ptr_eq(&self.pool, pool)
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let mut pool = self.pool.borrow_mut();
        pool.live_buffers -= 1;
        pool.live_bytes -= self.buffer.size();
        if self.epoch == pool.epoch {
            pool.free(self.buffer.clone());
        } else {
            self.buffer.destroy();
        }
    }
}

/// What a buffer is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A kernel writes it: its place in the order of commands makes any free buffer right.
    Result,
    /// The host writes it, before everything that is recorded and not yet submitted: a buffer that
    /// the open recording has used would be overwritten too early.
    Upload,
}

#[derive(Default)]
struct Free(BTreeMap<u64, Vec<wgpu::Buffer>>);

impl Free {
    fn take(&mut self, bytes: u64) -> Option<wgpu::Buffer> {
        self.0.get_mut(&bytes)?.pop()
    }

    fn put(&mut self, buffer: wgpu::Buffer) {
        self.0.entry(buffer.size()).or_default().push(buffer);
    }

    fn take_all(&mut self) -> impl Iterator<Item = wgpu::Buffer> + use<> {
        std::mem::take(&mut self.0).into_values().flatten()
    }

    /// The largest buffer there is.
    fn take_largest(&mut self) -> Option<wgpu::Buffer> {
        self.0.values_mut().rev().find_map(Vec::pop)
    }
}

/// Storage buffers, re-used by size.
#[derive(Default)]
pub(crate) struct Pool {
    /// Free and not touched by the open recording.
    idle: Free,
    /// Freed since the recording was opened: its commands may still use them.
    recorded: Free,
    recording: bool,
    idle_bytes: u64,
    live_buffers: usize,
    live_bytes: u64,
    /// Buffers of an earlier epoch may be invalid and are never re-used.
    epoch: u32,
    /// Refuse to hold more than this.
    most_bytes: Option<u64>,
}

impl Pool {
    /// The size that a buffer for `bytes` gets: within a quarter of it, so that runs of similar length
    /// share buffers.
    pub(crate) fn rounded(bytes: u64, most: u64) -> u64 {
        let bytes = bytes.max(1).next_multiple_of(GRAIN_BYTES);
        let step = (1 << bytes.ilog2()) / 4;
        let rounded = bytes.next_multiple_of(step.max(GRAIN_BYTES));
        if rounded <= most { rounded } else { bytes }
    }

    /// A free buffer of exactly `bytes`.
    pub(crate) fn take(&mut self, bytes: u64, purpose: Purpose) -> Option<wgpu::Buffer> {
        if purpose == Purpose::Result
            && let Some(buffer) = self.recorded.take(bytes)
        {
            self.idle_bytes -= bytes;
            return Some(buffer);
        }
        let buffer = self.idle.take(bytes)?;
        self.idle_bytes -= bytes;
        Some(buffer)
    }

    /// Lends `buffer` out.
    pub(crate) fn lend(pool: &Rc<RefCell<Self>>, buffer: wgpu::Buffer) -> Storage {
        let mut this = pool.borrow_mut();
        this.live_buffers += 1;
        this.live_bytes += buffer.size();
        Storage {
            buffer,
            epoch: this.epoch,
            pool: pool.clone(),
        }
    }

    fn free(&mut self, buffer: wgpu::Buffer) {
        self.idle_bytes += buffer.size();
        if self.recording {
            self.recorded.put(buffer);
        } else {
            self.idle.put(buffer);
            self.trim();
        }
    }

    /// Commands that are not submitted may from now on use buffers.
    pub(crate) fn recording_opened(&mut self) {
        self.recording = true;
    }

    /// All commands are submitted: what they used may be written, or destroyed, after them.
    pub(crate) fn submitted(&mut self) {
        self.recording = false;
        for buffer in self.recorded.take_all() {
            self.idle.put(buffer);
        }
        self.trim();
    }

    /// Destroys idle buffers until `bytes` more would fit under the limit, or none are left.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] where they do not fit even then.
    pub(crate) fn make_room(&mut self, bytes: u64) -> Result<()> {
        let Some(most) = self.most_bytes else {
            return Ok(());
        };
        self.destroy_idle(|pool| pool.allocated_bytes() + bytes > most);
        if self.allocated_bytes() + bytes > most {
            return Err(Error::OutOfMemory(format!(
                "{bytes} more bytes than the {} in use go beyond the limit of {most}",
                self.allocated_bytes()
            )));
        }
        Ok(())
    }

    pub(crate) fn limit(&mut self, bytes: u64) {
        self.most_bytes = Some(bytes);
    }

    fn trim(&mut self) {
        self.destroy_idle(|pool| pool.idle_bytes > MOST_IDLE_BYTES);
    }

    /// Largest first.
    fn destroy_idle(&mut self, too_much: impl Fn(&Self) -> bool) {
        while too_much(self)
            && let Some(buffer) = self.idle.take_largest()
        {
            self.idle_bytes -= buffer.size();
            buffer.destroy();
        }
    }

    /// After an error that may have left buffers without memory behind them: forgets them all, and
    /// those on loan when they come back.
    pub(crate) fn distrust(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
        self.idle_bytes = 0;
        for buffer in self.idle.take_all().chain(self.recorded.take_all()) {
            buffer.destroy();
        }
    }

    pub(crate) fn live_buffers(&self) -> usize {
        self.live_buffers
    }

    pub(crate) fn allocated_bytes(&self) -> u64 {
        self.live_bytes + self.idle_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_by_at_most_a_quarter_and_never_beyond_the_limit() {
        for bytes in [0, 1, 255, 256, 257, 1_000, 4_096, 5_000, 1_234_567] {
            let rounded = Pool::rounded(bytes, u64::MAX);
            assert!(rounded >= bytes.max(GRAIN_BYTES) && rounded.is_multiple_of(GRAIN_BYTES));
            assert!(
                rounded <= bytes + bytes / 4 + GRAIN_BYTES,
                "{bytes} → {rounded}"
            );
        }
        assert_eq!(Pool::rounded(1_100_000, 1_200_000), 1_100_032);
    }
}
