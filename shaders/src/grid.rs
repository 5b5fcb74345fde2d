/// Most workgroups along one axis of a dispatch that WebGPU promises.
const MOST_WORKGROUPS: usize = 65_535;

/// How the workgroups of a kernel cover the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grid {
    /// One invocation per number of the result, 64 to a workgroup.
    Elements,
    /// One workgroup of 64 per row.
    Rows,
    /// One workgroup of 64 per tile of each matrix of a batch.
    Tiles {
        /// Rows of a tile.
        rows: usize,
        /// Columns of a tile.
        columns: usize,
    },
}

impl Grid {
    /// Workgroups along x, y and z for `[batch, rows, columns]` of work; `Elements` and `Rows` take
    /// the product of the three. `None` where it is more than WebGPU can dispatch.
    pub fn workgroups(self, [batch, rows, columns]: [usize; 3]) -> Option<[u32; 3]> {
        let spread = |count: usize| {
            [
                count.min(MOST_WORKGROUPS),
                count.div_ceil(MOST_WORKGROUPS),
                1,
            ]
        };
        let count = batch.checked_mul(rows)?.checked_mul(columns)?;
        let workgroups = match self {
            Grid::Elements => spread(count.div_ceil(64)),
            Grid::Rows => spread(count),
            Grid::Tiles {
                rows: tile_rows,
                columns: tile_columns,
            } => [
                columns.div_ceil(tile_columns),
                rows.div_ceil(tile_rows),
                batch,
            ],
        };
        workgroups
            .iter()
            .all(|&n| n <= MOST_WORKGROUPS)
            .then(|| workgroups.map(|n| n as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workgroups_cover_the_work() {
        assert_eq!(Grid::Elements.workgroups([1, 1, 65]), Some([2, 1, 1]));
        assert_eq!(Grid::Rows.workgroups([2, 40_000, 1]), Some([65_535, 2, 1]));
        let tiles = Grid::Tiles {
            rows: 32,
            columns: 64,
        };
        assert_eq!(tiles.workgroups([3, 33, 64]), Some([1, 2, 3]));
        assert_eq!(tiles.workgroups([70_000, 1, 1]), None);
        assert_eq!(Grid::Rows.workgroups([usize::MAX, 2, 1]), None);
    }
}
