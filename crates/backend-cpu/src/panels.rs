use crate::eight::{Eight, LANES};

/// A matrix `[depth, columns]` cut into panels of eight columns, each stored row after row, so that
/// the product reads it from front to back. The last panel is filled up with zeros.
#[derive(Debug, Default)]
pub(crate) struct Panels {
    eights: Vec<Eight>,
    depth: usize,
    columns: usize,
}

impl Panels {
    /// Packs rows of `columns` numbers that begin `stride` apart.
    pub(crate) fn pack(numbers: &[f32], stride: usize, depth: usize, columns: usize) -> Self {
        let mut panels = Self::default();
        panels.repack(numbers, stride, depth, columns);
        panels
    }

    /// [`Panels::pack`] into memory that is already there.
    pub(crate) fn repack(&mut self, numbers: &[f32], stride: usize, depth: usize, columns: usize) {
        (self.depth, self.columns) = (depth, columns);
        self.eights.clear();
        self.eights.reserve(columns.div_ceil(LANES) * depth);
        for first in (0..columns).step_by(LANES) {
            let width = LANES.min(columns - first);
            for k in 0..depth {
                let row = &numbers[k * stride + first..][..width];
                self.eights.push(match row.first_chunk() {
                    Some(eight) => Eight::load(eight),
                    None => Eight::load_part(row, 0.0),
                });
            }
        }
    }

    /// Packs the transpose of `columns` rows of `depth` numbers that begin `stride` apart, times `scale`.
    pub(crate) fn repack_transposed(
        &mut self,
        numbers: &[f32],
        stride: usize,
        depth: usize,
        columns: usize,
        scale: f32,
    ) {
        (self.depth, self.columns) = (depth, columns);
        self.eights.clear();
        self.eights.reserve(columns.div_ceil(LANES) * depth);
        for first in (0..columns).step_by(LANES) {
            let width = LANES.min(columns - first);
            let rows: [&[f32]; LANES] = std::array::from_fn(|lane| {
                // Lanes beyond the last column repeat it: nobody reads what comes of them.
                &numbers[(first + lane.min(width - 1)) * stride..][..depth]
            });
            for k in 0..depth {
                self.eights
                    .push(Eight::load(&rows.map(|row| row[k] * scale)));
            }
        }
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Rows `from … from + count` of the panel that begins at column `index · 8`.
    pub(crate) fn panel(&self, index: usize, from: usize, count: usize) -> &[Eight] {
        &self.eights[index * self.depth + from..][..count]
    }
}
