//! What sparse features need: only comparisons and moves, so every bit is the same everywhere.

use glasshouse_tensor::{HostTensor, MOST_TOP};

use crate::agree;
use crate::twins::{EXACT, SIZES, Twins};

pub fn gate(twins: &mut Twins) {
    for width in SIZES {
        let pos = twins.size();
        let shape = [pos, 3, width];
        for start in 0..3 {
            let x = twins.draw.normal(&shape, 2.0);
            let mut by = twins.draw.normal(&shape, 1.0);
            let threshold = twins.draw.normal(&shape[start..], 1.0);
            // Exactly at the threshold is not above it.
            let bounds = threshold.data().iter().cycle();
            for (by, bound) in by.data_mut().iter_mut().zip(bounds).step_by(5) {
                *by = *bound;
            }
            let case = format!("{shape:?} by {:?}", threshold.shape());
            agree!(twins, EXACT, case, [x, by, threshold], |b| b
                .gate(x, by, threshold));
        }
    }
}

pub fn top_k(twins: &mut Twins) {
    for width in SIZES.into_iter().chain([1000, 1024, 4099]) {
        for k in [1, 2, 32, 65, width / 2, width] {
            let pos = twins.draw.below(5) + 1;
            if k == 0 || k > width.min(MOST_TOP) {
                continue;
            }
            for (kind, x) in [
                ("different", twins.draw.normal(&[pos, width], 3.0)),
                ("ties", few_numbers(twins, &[pos, width], 5)),
                ("few above zero", above_zero(twins, &[pos, width])),
                ("falling", ladder(pos, width, -1.0)),
                ("rising", ladder(pos, width, 1.0)),
                ("hard", hard(twins, &[pos, width])),
            ] {
                let case = format!("{k} of {:?}, {kind}", x.shape());
                agree!(twins, EXACT, case, [x], |b| b.top_k(x, k));
            }
        }
    }
    let none = HostTensor::zeros([0, 7]);
    agree!(twins, EXACT, "no rows", [none], |b| b.top_k(none, 3));
}

pub fn scatter(twins: &mut Twins) {
    for width in SIZES {
        for k in [1, 2, width] {
            if k > width {
                continue;
            }
            let pos = twins.size();
            let x = twins.draw.normal(&[pos, width], 1.0);
            let case = format!("{k} of {width}, {pos} rows");
            agree!(twins, EXACT, case, [x], |b| b
                .scatter(&b.top_k(x, k)?, width));
        }
    }
    let none = HostTensor::zeros([0, 2, 3]);
    agree!(twins, EXACT, "no rows", [none], |b| b.scatter(none, 7));
}

/// Numbers among `count` different ones, zeros of both signs too.
fn few_numbers(twins: &mut Twins, shape: &[usize], count: usize) -> HostTensor {
    let mut x = HostTensor::zeros(shape);
    for number in x.data_mut() {
        let drawn = twins.draw.below(count) as f32 - 2.0;
        *number = if twins.draw.below(2) == 0 {
            drawn
        } else {
            drawn * -0.0
        };
    }
    x
}

/// As activations of features are: nearly all zero.
fn above_zero(twins: &mut Twins, shape: &[usize]) -> HostTensor {
    let mut x = twins.draw.normal(shape, 1.0);
    for number in x.data_mut() {
        *number = (*number - 1.5).max(0.0);
    }
    x
}

fn ladder(pos: usize, width: usize, step: f32) -> HostTensor {
    let row = (0..width).map(|i| step * i as f32);
    let rows = std::iter::repeat_n(row, pos).flatten().collect();
    HostTensor::new([pos, width], rows).expect("as many as the shape says")
}

/// Tiny and huge numbers, and infinities.
fn hard(twins: &mut Twins, shape: &[usize]) -> HostTensor {
    let mut x = twins.draw.normal(shape, 1.0);
    for (i, number) in x.data_mut().iter_mut().enumerate() {
        match i % 11 {
            1 => *number *= 1e-42,
            3 => *number *= 1e38,
            5 => *number = f32::NEG_INFINITY,
            8 if i % 3 == 0 => *number = f32::INFINITY,
            _ => {}
        }
    }
    x
}
