use glasshouse_tensor::{Backend, HostTensor, SelectedAffine, random::Stream};

use super::{CPU, assert_close, exact, normal, numbers};

fn ranks(length: usize, selected: &[usize]) -> Vec<i32> {
    let rank = |i| selected.iter().position(|&s| s == i);
    (0..length)
        .map(|i| rank(i).map_or(-1, |rank| rank as i32))
        .collect()
}

#[test]
fn only_what_is_selected_changes() {
    let mut stream = Stream::new(7, 0);
    let axes = [5, 4, 9];
    let selected: [&[usize]; 3] = [&[1, 4], &[0, 2, 3], &[8, 2]];
    // The value as long as the selection, or repeated along any axes.
    for value_shape in [[2, 3, 2], [1, 3, 2], [2, 1, 1], [1, 1, 1]] {
        for (keep, gain) in [(0.0, 1.0), (1.0, 2.5), (-0.5, 0.0)] {
            let x = normal(&mut stream, &axes);
            let count = value_shape.iter().product();
            let value: Vec<f32> = (0..count).map(|_| stream.normal()).collect();
            let edit = SelectedAffine {
                axes,
                rank: [0, 1, 2].map(|axis| ranks(axes[axis], selected[axis])),
                keep,
                gain,
                value: HostTensor::new(value_shape, value.clone()).unwrap(),
            };
            let mut expected = exact(&x);
            for (r0, &i) in selected[0].iter().enumerate() {
                for (r1, &j) in selected[1].iter().enumerate() {
                    for (r2, &k) in selected[2].iter().enumerate() {
                        let rank = [r0, r1, r2];
                        let at = [0, 1, 2].map(|axis| rank[axis].min(value_shape[axis] - 1));
                        let value =
                            value[(at[0] * value_shape[1] + at[1]) * value_shape[2] + at[2]];
                        let x = &mut expected[(i * 4 + j) * 9 + k];
                        *x = f64::from(keep) * *x + f64::from(gain) * f64::from(value);
                    }
                }
            }
            assert_close(&CPU.edit(&x, &edit).unwrap(), &axes, &expected, 1e-6);
        }
    }
}

#[test]
fn nothing_is_kept_of_infinity_or_nan() {
    let x = HostTensor::new([1, 2, 2], vec![f32::NAN, f32::INFINITY, f32::NAN, 1.0]).unwrap();
    let edit = SelectedAffine {
        axes: [1, 2, 2],
        rank: [vec![0], vec![0, -1], vec![0, 1]],
        keep: 0.0,
        gain: 1.0,
        value: HostTensor::new([1, 1, 1], vec![7.0]).unwrap(),
    };
    let edited = numbers(&CPU.edit(&CPU.upload(&x).unwrap(), &edit).unwrap());
    assert_eq!(edited[..2], [7.0, 7.0]);
    assert!(edited[2].is_nan());
    assert_eq!(edited[3], 1.0);
}

#[test]
fn a_tensor_is_edited_through_any_three_axes_of_its_size() {
    let x = CPU.upload(&HostTensor::zeros([6])).unwrap();
    let edit = SelectedAffine {
        axes: [3, 1, 2],
        rank: [vec![-1, 0, 1], vec![0], vec![-1, 0]],
        keep: 1.0,
        gain: 2.0,
        value: HostTensor::new([2, 1, 1], vec![1.0, 2.0]).unwrap(),
    };
    let edited = CPU.edit(&x, &edit).unwrap();
    assert_eq!(CPU.shape(&edited), [6]);
    assert_eq!(numbers(&edited), [0.0, 0.0, 0.0, 2.0, 0.0, 4.0]);
}
