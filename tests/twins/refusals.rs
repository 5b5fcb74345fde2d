//! Tensors that do not fit together: an internal error on both engines, never a panic, never a result.

use glasshouse_tensor::{
    Activation, Attend, Backend, Error, HostTensor, Norm, Result, Rotation, SelectedAffine,
};
use glasshouse_tests::on_both_engines;

on_both_engines!(misfits_are_refused, what_fits_is_not_refused);

/// Every refusal that a defect of the model could run into.
fn misfits_are_refused(backend: &impl Backend) {
    for (what, outcome) in misfits(backend) {
        match outcome {
            Err(Error::Internal(_)) => {}
            Err(other) => panic!("{what}: {other:?}"),
            Ok(_) => panic!("{what} was not refused"),
        }
    }
}

fn misfits<B: Backend>(backend: &B) -> Vec<(&'static str, Result<B::Tensor>)> {
    let tensor = |shape: &[usize]| backend.upload(&HostTensor::zeros(shape)).expect("uploads");
    let (matrix, wide, cube) = (tensor(&[3, 4]), tensor(&[3, 5]), tensor(&[3, 2, 4]));
    let (row, long_row) = (tensor(&[4]), tensor(&[5]));
    let norm = Norm {
        centre: true,
        eps: 1e-5,
    };
    let attend = Attend {
        scale: 1.0,
        causal: true,
    };
    let rotation = |rotary_dim| Rotation {
        rotary_dim,
        adjacent_pairs: false,
    };
    let edit = |axes: [usize; 3], value: &[usize]| SelectedAffine {
        axes,
        rank: axes.map(|n| (0..n as i32).collect()),
        keep: 1.0,
        gain: 1.0,
        value: HostTensor::zeros(value),
    };
    let tables = tensor(&[3, 6]);
    vec![
        ("reshape to another size", backend.reshape(&matrix, &[5, 2])),
        ("embed behind the table", backend.embed(&matrix, &[3])),
        ("embed from a row", backend.embed(&row, &[0])),
        ("rows behind the end", backend.rows(&matrix, 2, 2)),
        ("rows that overflow", backend.rows(&matrix, usize::MAX, 2)),
        (
            "append rows of another width",
            backend.append_rows(&matrix, &wide),
        ),
        ("add another width", backend.add(&matrix, &long_row)),
        (
            "add what is no suffix",
            backend.add(&matrix, &tensor(&[3, 1])),
        ),
        (
            "multiply another width",
            backend.multiply(&matrix, &long_row),
        ),
        (
            "linear of another depth",
            backend.linear(&matrix, &tensor(&[5, 2]), None),
        ),
        (
            "linear with another bias",
            backend.linear(&matrix, &tensor(&[4, 2]), Some(&row)),
        ),
        (
            "layer_norm with another weight",
            backend.layer_norm(&matrix, norm, Some(&long_row), None),
        ),
        (
            "layer_norm of a cube",
            backend.layer_norm(&cube, norm, None, None),
        ),
        ("norm_scale of a cube", backend.norm_scale(&cube, norm)),
        (
            "normalize by other rows",
            backend.normalize(&matrix, &tensor(&[2, 1]), norm, None, None),
        ),
        ("gate by another width", backend.gate(&matrix, &wide, &row)),
        (
            "gate with another threshold",
            backend.gate(&matrix, &matrix, &long_row),
        ),
        ("top_k of a cube", backend.top_k(&cube, 2)),
        ("top_k of none", backend.top_k(&matrix, 0)),
        ("top_k of more than there are", backend.top_k(&matrix, 5)),
        (
            "top_k of more than a workgroup sorts",
            backend.top_k(&tensor(&[1, 2000]), 1025),
        ),
        (
            "scatter a cube of threes",
            backend.scatter(&tensor(&[2, 3, 4]), 9),
        ),
        (
            "rotate more than a head",
            backend.rotate(&cube, &tables, &tables, rotation(6)),
        ),
        (
            "rotate with other tables",
            backend.rotate(&cube, &tables, &tables, rotation(4)),
        ),
        (
            "scores of other heads",
            backend.attention_scores(&cube, &tensor(&[3, 1, 4]), attend),
        ),
        ("softmax of nothing", backend.softmax(&tensor(&[]))),
        (
            "mix other keys",
            backend.mix_values(&tensor(&[2, 3, 5]), &cube),
        ),
        (
            "attention to other values",
            backend.attention(&cube, &cube, &tensor(&[4, 2, 4]), attend),
        ),
        (
            "head_results of other heads",
            backend.head_results(&cube, &tensor(&[3, 4, 5])),
        ),
        (
            "sum_heads with another bias",
            backend.sum_heads(&cube, &long_row),
        ),
        (
            "edit of other axes",
            backend.edit(&matrix, &edit([3, 1, 5], &[1, 1, 1])),
        ),
        (
            "edit with a value too small",
            backend.edit(&matrix, &edit([3, 1, 4], &[2, 1, 4])),
        ),
    ]
}

/// The same calls with tensors that fit: the refusals above are for the reason they name.
fn what_fits_is_not_refused(backend: &impl Backend) {
    let tensor = |shape: &[usize]| backend.upload(&HostTensor::zeros(shape)).expect("uploads");
    let (matrix, cube, row) = (tensor(&[3, 4]), tensor(&[3, 2, 4]), tensor(&[4]));
    let attend = Attend {
        scale: 1.0,
        causal: true,
    };
    let rotation = Rotation {
        rotary_dim: 4,
        adjacent_pairs: false,
    };
    for (what, outcome) in [
        ("reshape", backend.reshape(&matrix, &[6, 2])),
        ("embed", backend.embed(&matrix, &[2, 0])),
        ("rows", backend.rows(&matrix, 1, 2)),
        ("append_rows", backend.append_rows(&matrix, &matrix)),
        ("add", backend.add(&matrix, &row)),
        (
            "linear",
            backend.linear(&matrix, &tensor(&[4, 2]), Some(&tensor(&[2]))),
        ),
        ("gate", backend.gate(&matrix, &matrix, &row)),
        ("top_k", backend.top_k(&matrix, 4)),
        ("scatter", backend.scatter(&cube, 9)),
        ("rotate", backend.rotate(&cube, &matrix, &matrix, rotation)),
        (
            "attention_scores",
            backend.attention_scores(&cube, &cube, attend),
        ),
        ("mix_values", backend.mix_values(&tensor(&[2, 3, 3]), &cube)),
        ("attention", backend.attention(&cube, &cube, &cube, attend)),
        (
            "head_results",
            backend.head_results(&cube, &tensor(&[2, 4, 5])),
        ),
        ("sum_heads", backend.sum_heads(&cube, &row)),
        ("activate", backend.activate(&cube, Activation::Gelu)),
    ] {
        if let Err(error) = outcome {
            panic!("{what}: {error}");
        }
    }
}
