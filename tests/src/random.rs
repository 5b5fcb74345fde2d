use glasshouse_tensor::{HostTensor, random::Stream};

/// Seeded random tensors.
pub struct Draw(Stream);

impl Draw {
    /// The row of draws that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Stream::new(seed, 0))
    }

    /// Independent standard normal numbers, times `deviation`.
    pub fn normal(&mut self, shape: &[usize], deviation: f32) -> HostTensor {
        self.filled(shape, |stream| deviation * stream.normal())
    }

    /// Uniform numbers from `low` to `high`.
    pub fn uniform(&mut self, shape: &[usize], low: f32, high: f32) -> HostTensor {
        self.filled(shape, |stream| low + (high - low) * stream.uniform())
    }

    /// `count` whole numbers below `bound`.
    pub fn ids(&mut self, count: usize, bound: usize) -> Vec<u32> {
        (0..count).map(|_| self.0.below(bound as u32)).collect()
    }

    /// One whole number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound as u32) as usize
    }

    fn filled(
        &mut self,
        shape: &[usize],
        mut number: impl FnMut(&mut Stream) -> f32,
    ) -> HostTensor {
        let mut tensor = HostTensor::zeros(shape);
        for slot in tensor.data_mut() {
            *slot = number(&mut self.0);
        }
        tensor
    }
}
