use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Backend, Error, HostTensor, SelectedAffine};

use crate::stage::{on_gpu, random, read};

/// Ranks of a random selection, and how many are selected.
fn selection(length: usize, stream: &mut Stream) -> (Vec<i32>, usize) {
    let mut selected = 0;
    let rank = (0..length)
        .map(|_| {
            let chosen = stream.below(2) == 1;
            selected += usize::from(chosen);
            if chosen { selected as i32 - 1 } else { -1 }
        })
        .collect();
    (rank, selected)
}

/// The trait's words, in IEEE arithmetic.
fn edited(x: &HostTensor, edit: &SelectedAffine) -> Vec<f32> {
    let [_, b, c] = edit.axes;
    let &[va, vb, vc] = edit.value.shape() else {
        panic!("three axes expected");
    };
    x.data()
        .iter()
        .enumerate()
        .map(|(i, &x)| {
            let index = [i / (b * c), i / c % b, i % c];
            let rank: Vec<i32> = (0..3).map(|axis| edit.rank[axis][index[axis]]).collect();
            if rank.contains(&-1) {
                return x;
            }
            let at = |axis: usize, length: usize| if length == 1 { 0 } else { rank[axis] as usize };
            let value = edit.value.data()[(at(0, va) * vb + at(1, vb)) * vc + at(2, vc)];
            let added = edit.gain * value;
            if edit.keep == 0.0 {
                added
            } else {
                edit.keep * x + added
            }
        })
        .collect()
}

fn assert_same(found: &HostTensor, expected: &[f32]) {
    for (i, (&found, &expected)) in found.data().iter().zip(expected).enumerate() {
        let same = if expected.is_finite() {
            (found - expected).abs() <= 1e-6 * expected.abs().max(1.0)
        } else {
            found == expected || (found.is_nan() && expected.is_nan())
        };
        assert!(same, "number {i}: {found} instead of {expected}");
    }
}

#[test]
fn edit_changes_what_is_selected_and_nothing_else() {
    on_gpu(async |gpu| {
        let mut stream = Stream::new(1, 0);
        for (round, axes) in [[1, 1, 1], [5, 3, 7], [37, 2, 15], [4, 9, 65], [2, 40, 300]]
            .into_iter()
            .enumerate()
        {
            let x = random(&axes, 2);
            let device_x = gpu.upload(&x).unwrap();
            for (keep, gain) in [
                (0.0, 1.0),
                (1.0, 1.0),
                (1.0, -2.5),
                (0.5, 0.0),
                (-1.0, 0.25),
            ] {
                let picked = axes.map(|length| selection(length, &mut stream));
                let lengths: Vec<usize> = picked
                    .iter()
                    .map(|(_, selected)| if stream.below(3) == 0 { 1 } else { *selected })
                    .collect();
                let edit = SelectedAffine {
                    axes,
                    rank: picked.map(|(rank, _)| rank),
                    keep,
                    gain,
                    value: random(&lengths, 3 + round as u64),
                };
                let found = read(&gpu, gpu.edit(&device_x, &edit).unwrap()).await;
                assert_same(&found, &edited(&x, &edit));
            }
        }
    });
}

#[test]
fn edit_of_infinities_follows_ieee_arithmetic() {
    on_gpu(async |gpu| {
        let specials = [0.0, -2.0, 3.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
        let count = specials.len();
        let x = HostTensor::new([count, count], specials.repeat(count)).unwrap();
        let device_x = gpu.upload(&x).unwrap();
        for (keep, gain) in [(0.0, 1.0), (1.0, 1.0), (1.0, -1.0), (-0.5, 2.0), (1.0, 0.0)] {
            let edit = SelectedAffine {
                axes: [count, count, 1],
                rank: [(0..count as i32).collect(), vec![0; count], vec![0]],
                keep,
                gain,
                value: HostTensor::new([count, 1, 1], specials.to_vec()).unwrap(),
            };
            let found = read(&gpu, gpu.edit(&device_x, &edit).unwrap()).await;
            assert_same(&found, &edited(&x, &edit));
        }
    });
}

#[test]
fn keep_0_drops_even_nan_and_untouched_bits_stay() {
    on_gpu(async |gpu| {
        let odd_nan = f32::from_bits(0x7fc1_2345);
        let x = HostTensor::new([4], vec![odd_nan, f32::NEG_INFINITY, odd_nan, 1.5]).unwrap();
        let edit = SelectedAffine {
            axes: [1, 1, 4],
            rank: [vec![0], vec![0], vec![0, 1, -1, -1]],
            keep: 0.0,
            gain: 1.0,
            value: HostTensor::zeros([1, 1, 1]),
        };
        let device_x = gpu.upload(&x).unwrap();
        let found = read(&gpu, gpu.edit(&device_x, &edit).unwrap()).await;
        let bits: Vec<u32> = found.data().iter().map(|x| x.to_bits()).collect();
        assert_eq!(bits, [0, 0, odd_nan.to_bits(), 1.5f32.to_bits()]);
    });
}

#[test]
fn edit_refuses_what_does_not_fit() {
    on_gpu(async |gpu| {
        let x = gpu.upload(&random(&[2, 3], 5)).unwrap();
        let fitting = SelectedAffine {
            axes: [1, 2, 3],
            rank: [vec![0], vec![0, 1], vec![0, -1, 1]],
            keep: 1.0,
            gain: 1.0,
            value: HostTensor::zeros([1, 2, 2]),
        };
        assert!(gpu.edit(&x, &fitting).is_ok());
        let mut wrong_axes = fitting.clone();
        wrong_axes.axes = [1, 2, 2];
        let mut short_value = fitting.clone();
        short_value.rank[2] = vec![0, 1, 2];
        let mut flat_value = fitting;
        flat_value.value = HostTensor::zeros([4]);
        for edit in [wrong_axes, short_value, flat_value] {
            assert!(matches!(gpu.edit(&x, &edit), Err(Error::Internal(_))));
        }
    });
}
