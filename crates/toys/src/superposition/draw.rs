//! The data, by the data rule of this module's parent.

use glasshouse_backend_cpu::Eight;

use super::settings::{Correlation, InstanceSettings, Settings, Task};
use crate::words::{Gate, Keys, Words, gated, threefry_eight};

/// What samples are for: different streams are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Training = 1,
    HeldOut = 2,
}

/// Samples of a tile.
pub(crate) const TILE: usize = 32;

/// One feature, or one hidden dimension, of the samples of a tile: sample `8·g + lane` in lane `lane`
/// of entry `g`.
pub(crate) type Row = [Eight; 4];

/// Draws the samples of one model.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    keys: Keys,
    correlation: Correlation,
    signed: bool,
    /// On by itself; as the first and as the second of an anticorrelated pair.
    alone: Gate,
    first: Gate,
    second: Gate,
}

impl Draw {
    pub(crate) fn new(settings: &Settings, instance: &InstanceSettings, purpose: Purpose) -> Self {
        let [alone, first, second] = gates(instance.density);
        Self {
            keys: Keys::new(instance.seed, purpose as u32),
            correlation: settings.correlation,
            signed: settings.task == Task::Absolute,
            alone,
            first,
            second,
        }
    }

    /// Tile `tile` of step `step`: one row per feature.
    pub(crate) fn tile(&self, tile: u32, step: u32, rows: &mut [Row]) {
        let words = |feature: usize| threefry_eight(8 * tile, feature as u32, step, &self.keys);
        if self.correlation == Correlation::None {
            for (feature, row) in rows.iter_mut().enumerate() {
                let own = words(feature);
                self.switch(self.alone, own, own, row);
            }
            return;
        }
        for (pair, rows) in rows.chunks_mut(2).enumerate() {
            let gating = words(2 * pair);
            let anticorrelated = self.correlation == Correlation::Anticorrelated;
            let [first, second] = match anticorrelated && rows.len() == 2 {
                true => [self.first, self.second],
                false => [self.alone; 2],
            };
            self.switch(first, gating, gating, &mut rows[0]);
            if let Some(row) = rows.get_mut(1) {
                self.switch(second, gating, words(2 * pair + 1), row);
            }
        }
    }

    #[inline(always)]
    fn switch(&self, gate: Gate, by: [Words; 4], of: [Words; 4], row: &mut Row) {
        for (g, eight) in row.iter_mut().enumerate() {
            *eight = Eight::load(&gated(gate, by[g], of[g], self.signed));
        }
    }
}

/// Below density · 2³², and the two halves of that range. The product is exact in `f64`.
pub(crate) fn gates(density: f32) -> [Gate; 3] {
    let on = (f64::from(density) * 4_294_967_296.0) as u64;
    let half = on / 2;
    let gate = |first: u64, end: u64| Gate {
        first: first as u32,
        // At least one word, however small the density.
        length: end.saturating_sub(first + 1) as u32,
    };
    [gate(0, on), gate(0, half), gate(half, 2 * half)]
}
