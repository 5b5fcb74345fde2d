//! Tensors that do not fit together are an error, never a panic.

use glasshouse_backend_cpu::CpuTensor;
use glasshouse_tensor::{
    Activation, Attend, Backend, Error, HostTensor, Norm, Result, Rotation, SelectedAffine,
};

use super::CPU;

fn zeros(shape: &[usize]) -> CpuTensor {
    CPU.upload(&HostTensor::zeros(shape)).unwrap()
}

#[track_caller]
fn assert_refused(result: Result<CpuTensor>) {
    assert!(matches!(result, Err(Error::Internal(_))), "{result:?}");
}

const ATTEND: Attend = Attend {
    scale: 1.0,
    causal: true,
};
const NORM: Norm = Norm {
    centre: true,
    eps: 1e-5,
};

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let [a, b, c] = [&[2, 3][..], &[3, 2], &[2, 3, 4]].map(zeros);
    let scalar = zeros(&[]);
    assert_refused(CPU.reshape(&a, &[7]));
    assert_refused(CPU.reshape(&a, &[usize::MAX, 6]));
    assert_refused(CPU.embed(&a, &[0, 2]));
    assert_refused(CPU.embed(&c, &[0]));
    assert_refused(CPU.rows(&a, 1, 2));
    assert_refused(CPU.rows(&a, usize::MAX, 2));
    assert_refused(CPU.rows(&scalar, 0, 1));
    assert_refused(CPU.append_rows(&a, &b));
    assert_refused(CPU.append_rows(&scalar, &scalar));
    assert_refused(CPU.add(&a, &b));
    assert_refused(CPU.add(&zeros(&[3]), &a));
    assert_refused(CPU.multiply(&c, &zeros(&[3])));
    assert_refused(CPU.linear(&a, &a, None));
    assert_refused(CPU.linear(&c, &b, None));
    assert_refused(CPU.linear(&a, &b, Some(&zeros(&[3]))));
    assert_refused(CPU.layer_norm(&a, NORM, Some(&zeros(&[2])), None));
    assert_refused(CPU.layer_norm(&c, NORM, None, None));
    assert_refused(CPU.norm_scale(&c, NORM));
    assert_refused(CPU.normalize(&a, &zeros(&[2]), NORM, None, None));
    assert_refused(CPU.normalize(&c, &zeros(&[2, 1]), NORM, None, None));
    assert_refused(CPU.attention_scores(&c, &zeros(&[2, 2, 4]), ATTEND));
    assert_refused(CPU.attention_scores(&c, &scalar, ATTEND));
    assert_refused(CPU.softmax(&scalar));
    assert_refused(CPU.mix_values(&c, &zeros(&[4, 3, 1])));
    assert_refused(CPU.attention(&c, &c, &zeros(&[2, 3, 5]), ATTEND));
    assert_refused(CPU.head_results(&c, &zeros(&[3, 3, 8])));
    assert_refused(CPU.sum_heads(&c, &zeros(&[3])));
    for rotary_dim in [3, 6] {
        let table = zeros(&[2, rotary_dim]);
        let rotation = Rotation {
            rotary_dim,
            adjacent_pairs: false,
        };
        assert_refused(CPU.rotate(&c, &table, &table, rotation));
    }
}

#[test]
fn an_edit_that_does_not_fit_is_refused() {
    let x = zeros(&[2, 3]);
    let fits = SelectedAffine {
        axes: [1, 2, 3],
        rank: [vec![0], vec![0, 1], vec![0, -1, 1]],
        keep: 1.0,
        gain: 1.0,
        value: HostTensor::zeros([1, 2, 2]),
    };
    assert!(CPU.edit(&x, &fits).is_ok());
    assert_refused(CPU.edit(
        &x,
        &SelectedAffine {
            axes: [1, 2, 4],
            ..fits.clone()
        },
    ));
    assert_refused(CPU.edit(
        &x,
        &SelectedAffine {
            axes: [usize::MAX, 2, 3],
            ..fits.clone()
        },
    ));
    let rank = [vec![0], vec![0, 1], vec![0, -1, 2]];
    assert_refused(CPU.edit(
        &x,
        &SelectedAffine {
            rank,
            ..fits.clone()
        },
    ));
    let rank = [vec![0], vec![0], vec![0, -1, 1]];
    assert_refused(CPU.edit(
        &x,
        &SelectedAffine {
            rank,
            ..fits.clone()
        },
    ));
    let value = HostTensor::zeros([2, 2]);
    assert_refused(CPU.edit(
        &x,
        &SelectedAffine {
            value,
            ..fits.clone()
        },
    ));
    let value = HostTensor::zeros([1, 0, 2]);
    assert_refused(CPU.edit(&x, &SelectedAffine { value, ..fits }));
}

#[test]
fn empty_tensors_pass_through() {
    let none = zeros(&[0, 2, 4]);
    let some = zeros(&[3, 2, 4]);
    assert_eq!(
        CPU.shape(&CPU.attention(&none, &none, &none, ATTEND).unwrap()),
        [0, 2, 4]
    );
    assert_eq!(
        CPU.shape(&CPU.attention(&some, &none, &none, ATTEND).unwrap()),
        [3, 2, 4]
    );
    assert_eq!(
        CPU.shape(&CPU.attention_scores(&none, &some, ATTEND).unwrap()),
        [2, 0, 3]
    );
    assert_eq!(
        CPU.shape(&CPU.mix_values(&zeros(&[2, 0, 3]), &some).unwrap()),
        [0, 2, 4]
    );
    assert_eq!(
        CPU.shape(&CPU.linear(&zeros(&[2, 0]), &zeros(&[0, 3]), None).unwrap()),
        [2, 3]
    );
    assert_eq!(
        CPU.shape(&CPU.head_results(&none, &zeros(&[2, 4, 5])).unwrap()),
        [0, 2, 5]
    );
    assert_eq!(
        CPU.shape(&CPU.softmax(&zeros(&[2, 3, 0])).unwrap()),
        [2, 3, 0]
    );
    assert_eq!(
        CPU.shape(&CPU.activate(&none, Activation::Gelu).unwrap()),
        [0, 2, 4]
    );
    assert_eq!(
        CPU.shape(&CPU.layer_norm(&zeros(&[2, 0]), NORM, None, None).unwrap()),
        [2, 0]
    );
}
