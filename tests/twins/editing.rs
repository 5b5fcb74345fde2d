use glasshouse_tensor::{HostTensor, SelectedAffine};

use crate::agree;
use crate::twins::{EXACT, SIZES, Twins};

/// Two roundings: of the product and of the sum.
const TWO_ROUNDINGS: f32 = 2e-7;

/// What `how` comes to: zero, scale, add, replace, scale and add at once.
const AFFINE: [(&str, f32, f32); 6] = [
    ("zero", 0.0, 0.0),
    ("scale", -1.5, 0.0),
    ("add", 1.0, 1.0),
    ("add scaled", 1.0, -2.5),
    ("replace", 0.0, 1.0),
    ("both", 0.5, 2.0),
];

pub fn edit(twins: &mut Twins) {
    for size in SIZES {
        let dims = [twins.size().min(65), 3, size];
        let all = dims.map(|n| (0..n).collect::<Vec<_>>());
        let some = dims.map(|n| some_of(twins, n));
        let one = dims.map(|n| vec![twins.draw.below(n)]);
        let none = [all[0].clone(), vec![], all[2].clone()];
        for (selected, chosen) in [("all", all), ("some", some), ("one", one), ("none", none)] {
            for (how, keep, gain) in AFFINE {
                every_value(
                    twins,
                    dims,
                    &format!("{how} {selected} of {dims:?}"),
                    &chosen,
                    keep,
                    gain,
                );
            }
        }
    }
    masked(twins);
}

/// A value of the selected shape, one number, and a vector along each axis.
fn every_value(
    twins: &mut Twins,
    axes: [usize; 3],
    case: &str,
    chosen: &[Vec<usize>; 3],
    keep: f32,
    gain: f32,
) {
    let x = twins.draw.normal(&axes, 1.0);
    let count = [0, 1, 2].map(|axis| chosen[axis].len().max(1));
    let [a, b, c] = count;
    for shape in [count, [1, 1, 1], [1, 1, c], [1, b, 1], [a, 1, 1], [a, 1, c]] {
        let edit = SelectedAffine {
            axes,
            rank: [0, 1, 2].map(|axis| ranks(&chosen[axis], axes[axis])),
            keep,
            gain,
            value: twins.draw.normal(&shape, 1.0),
        };
        let case = format!("{case}, value {shape:?}");
        agree!(twins, TWO_ROUNDINGS, case, [x], |b| b.edit(x, &edit));
    }
}

/// −∞ among what is edited and in the value: replaced, kept, moved and scaled by the rules of IEEE 754.
fn masked(twins: &mut Twins) {
    let axes = [2, 17, 17];
    let mut scores = twins.draw.normal(&axes, 1.0);
    for (i, score) in scores.data_mut().iter_mut().enumerate() {
        if i % 17 > i / 17 % 17 {
            *score = f32::NEG_INFINITY;
        }
    }
    let rank = [vec![-1, 0], vec![0; 17], vec![0; 17]];
    let one = |number| HostTensor::new([1, 1, 1], vec![number]).expect("one number");
    for (case, keep, gain, value) in [
        ("zero", 0.0, 0.0, 0.0),
        ("halve", 0.5, 0.0, 0.0),
        ("raise", 1.0, 1.0, 2.0),
        ("replace", 0.0, 1.0, 3.0),
        ("mask", 0.0, 1.0, f32::NEG_INFINITY),
        ("add a mask", 1.0, 1.0, f32::NEG_INFINITY),
    ] {
        let rank = rank.clone();
        let edit = SelectedAffine {
            axes,
            rank,
            keep,
            gain,
            value: one(value),
        };
        let tolerance = if keep == 1.0 { TWO_ROUNDINGS } else { EXACT };
        let case = format!("{case} masked scores");
        agree!(twins, tolerance, case, [scores], |b| b.edit(scores, &edit));
    }
}

/// A random selection in random order: row n of a value belongs to the n-th listed index.
fn some_of(twins: &mut Twins, n: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..n).collect();
    (0..n.div_ceil(2))
        .map(|_| left.swap_remove(twins.draw.below(left.len())))
        .collect()
}

fn ranks(chosen: &[usize], extent: usize) -> Vec<i32> {
    let mut ranks = vec![-1; extent];
    for (rank, &index) in chosen.iter().enumerate() {
        ranks[index] = rank as i32;
    }
    ranks
}
