//! Rows moved about: nothing may change a bit.

use glasshouse_tensor::HostTensor;

use crate::agree;
use crate::twins::{EXACT, SIZES, Twins};

pub fn embed(twins: &mut Twins) {
    for table_rows in SIZES {
        let (width, count) = (twins.size(), twins.size());
        let table = twins.draw.normal(&[table_rows, width], 1.0);
        let mut ids = twins.draw.ids(count, table_rows);
        ids[0] = table_rows as u32 - 1; // the last row too
        let case = format!("{count} of [{table_rows}, {width}]");
        agree!(twins, EXACT, case, [table], |b| b.embed(table, &ids));
    }
}

pub fn rows(twins: &mut Twins) {
    for n in SIZES {
        let width = twins.size();
        let start = twins.draw.below(n);
        let count = 1 + twins.draw.below(n - start);
        for shape in [vec![n], vec![n, width], vec![n, 3, width]] {
            let x = with_masks(twins, &shape);
            for (start, count) in [(start, count), (0, n), (n - 1, 1)] {
                let case = format!("{start}..{} of {shape:?}", start + count);
                agree!(twins, EXACT, case, [x], |b| b.rows(x, start, count));
            }
        }
    }
}

pub fn append_rows(twins: &mut Twins) {
    for n in SIZES {
        let (more_rows, width) = (twins.size(), twins.size());
        for row in [vec![], vec![width], vec![3, width]] {
            let shape = |rows: usize| [&[rows], &row[..]].concat();
            let (x, more) = (
                with_masks(twins, &shape(n)),
                with_masks(twins, &shape(more_rows)),
            );
            let case = format!("{:?} and {:?}", x.shape(), more.shape());
            agree!(twins, EXACT, case, [x, more], |b| b.append_rows(x, more));
        }
    }
}

/// Numbers of every magnitude and some −∞: rows of masked scores are moved too.
fn with_masks(twins: &mut Twins, shape: &[usize]) -> HostTensor {
    let mut x = twins.draw.normal(shape, 1e6);
    for (i, number) in x.data_mut().iter_mut().enumerate() {
        match i % 7 {
            3 => *number = f32::NEG_INFINITY,
            5 => *number *= 1e-20,
            _ => {}
        }
    }
    x
}
