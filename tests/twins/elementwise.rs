use glasshouse_tensor::{Activation, HostTensor, Rotation};

use crate::twins::{EXACT, ROUNDING, SIZES, Twins};
use crate::{agree, on_all};

/// One rounding to f32 of an exact sum or product.
const ONE_ROUNDING: f32 = 1e-7;

pub fn add(twins: &mut Twins) {
    for (x, y) in pairs(twins) {
        let case = format!("{:?} + {:?}", x.shape(), y.shape());
        agree!(twins, ONE_ROUNDING, case, [x, y], |b| b.add(x, y));
    }
}

pub fn multiply(twins: &mut Twins) {
    for (x, y) in pairs(twins) {
        let case = format!("{:?} · {:?}", x.shape(), y.shape());
        agree!(twins, ONE_ROUNDING, case, [x, y], |b| b.multiply(x, y));
    }
}

/// Equal shapes, and every suffix that is repeated.
fn pairs(twins: &mut Twins) -> Vec<(HostTensor, HostTensor)> {
    let mut pairs = Vec::new();
    for width in SIZES {
        let pos = twins.size();
        let shape = [pos, 3, width];
        for start in 0..3 {
            pairs.push((
                twins.draw.normal(&shape, 2.0),
                twins.draw.normal(&shape[start..], 1.0),
            ));
        }
    }
    pairs
}

pub fn activate(twins: &mut Twins) {
    use Activation::{Gelu, GeluNew, Relu, Silu};
    // Everything a trained model feeds it, the tails, and numbers no model should.
    let usual = twins.draw.normal(&[65, 129], 3.0);
    let tails = twins.draw.uniform(&[4097], -14.0, 14.0);
    let large = HostTensor::new(
        [14],
        vec![
            0.0, -0.0, 1e-30, -1e-30, 20.0, -20.0, 88.0, -88.0, 1e4, -1e4, 1e9, -1e9, 1e20, -1e20,
        ],
    )
    .expect("fourteen numbers");
    for x in [usual, tails, large] {
        for activation in [Relu, Gelu, GeluNew, Silu] {
            let case = format!("{activation:?} of {:?}", x.shape());
            let results = on_all!(twins, [x], |b| b.activate(x, activation));
            // Every one is x times a share of 1: held to that share, not to the largest number.
            let share = |y: &HostTensor| {
                let shares = x.data().iter().zip(y.data());
                let shares = shares
                    .map(|(&x, &y)| if x == 0.0 { y } else { y / x })
                    .collect();
                HostTensor::new(x.shape(), shares).expect("as many as x")
            };
            twins.compare(&case, results.each_ref().map(share), 2e-6);
        }
    }
}

pub fn rotate(twins: &mut Twins) {
    for pos in SIZES {
        for (d_head, rotary_dim) in [(2, 2), (7, 4), (10, 6), (64, 64), (65, 32), (37, 36)] {
            let x = twins.draw.normal(&[pos, 3, d_head], 1.0);
            // Not a rotation at all, so that every entry of the tables counts on its own.
            let cos = twins.draw.normal(&[pos, rotary_dim], 1.0);
            let sin = twins.draw.normal(&[pos, rotary_dim], 1.0);
            for adjacent_pairs in [false, true] {
                let rotation = Rotation {
                    rotary_dim,
                    adjacent_pairs,
                };
                let case = format!("{rotation:?} of {:?}", x.shape());
                agree!(twins, ROUNDING, case, [x, cos, sin], |b| b
                    .rotate(x, cos, sin, rotation));
                // What does not rotate passes through, bit for bit.
                let [_, cpu, gpu] =
                    on_all!(twins, [x, cos, sin], |b| b.rotate(x, cos, sin, rotation));
                let untouched = |y: &HostTensor| {
                    let heads = x.data().chunks(d_head).zip(y.data().chunks(d_head));
                    heads
                        .into_iter()
                        .all(|(x, y)| x[rotary_dim..] == y[rotary_dim..])
                };
                twins.holds(
                    &format!("{case}: the rest untouched"),
                    untouched(&cpu) && untouched(&gpu),
                );
            }
        }
    }
    let x = twins.draw.normal(&[5, 2, 8], 1.0);
    let (cos, sin) = (filled(&[5, 8], 1.0), filled(&[5, 8], 0.0));
    let rotation = Rotation {
        rotary_dim: 8,
        adjacent_pairs: true,
    };
    agree!(twins, EXACT, "by nothing", [x, cos, sin], |b| b
        .rotate(x, cos, sin, rotation));
}

fn filled(shape: &[usize], number: f32) -> HostTensor {
    let mut tensor = HostTensor::zeros(shape);
    tensor.data_mut().fill(number);
    tensor
}
