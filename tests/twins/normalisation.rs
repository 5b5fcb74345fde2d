use glasshouse_tensor::{HostTensor, Norm};

use crate::agree;
use crate::twins::{ROUNDING, SIZES, Twins};

pub fn norm_scale(twins: &mut Twins) {
    for (case, x, norm) in cases(twins) {
        agree!(twins, ROUNDING, case, [x], |b| b.norm_scale(x, norm));
    }
}

pub fn normalize(twins: &mut Twins) {
    for (case, x, norm) in cases(twins) {
        let [pos, d] = x.shape() else {
            unreachable!("rows")
        };
        // Any scale at all: an edit may put one there.
        let scale = twins.draw.uniform(&[*pos, 1], 0.5, 2.0);
        let w = twins.draw.normal(&[*d], 1.0);
        let bias = twins.draw.normal(&[*d], 1.0);
        agree!(
            twins,
            ROUNDING,
            format!("{case}, w, b"),
            [x, scale, w, bias],
            |b| { b.normalize(x, scale, norm, Some(w), Some(bias)) }
        );
        agree!(twins, ROUNDING, format!("{case}, w"), [x, scale, w], |b| {
            b.normalize(x, scale, norm, Some(w), None)
        });
        agree!(
            twins,
            ROUNDING,
            format!("{case}, b"),
            [x, scale, bias],
            |b| { b.normalize(x, scale, norm, None, Some(bias)) }
        );
        agree!(twins, ROUNDING, case, [x, scale], |b| b
            .normalize(x, scale, norm, None, None));
    }
}

pub fn layer_norm(twins: &mut Twins) {
    for (case, x, norm) in cases(twins) {
        let d = x.shape()[1];
        let w = twins.draw.normal(&[d], 1.0);
        let bias = twins.draw.normal(&[d], 1.0);
        agree!(
            twins,
            ROUNDING,
            format!("{case}, w, b"),
            [x, w, bias],
            |b| { b.layer_norm(x, norm, Some(w), Some(bias)) }
        );
        agree!(twins, ROUNDING, format!("{case}, w"), [x, w], |b| {
            b.layer_norm(x, norm, Some(w), None)
        });
        agree!(twins, ROUNDING, format!("{case}, b"), [x, bias], |b| {
            b.layer_norm(x, norm, None, Some(bias))
        });
        agree!(twins, ROUNDING, case, [x], |b| b
            .layer_norm(x, norm, None, None));
    }
}

/// Ordinary rows; rows whose mean is large beside their deviation, where a difference of squares
/// would lose every digit; rows smaller than `eps`; a row of one number, and of zeros.
fn cases(twins: &mut Twins) -> Vec<(String, HostTensor, Norm)> {
    let mut cases = Vec::new();
    for centre in [true, false] {
        let norm = Norm { centre, eps: 1e-5 };
        for d in SIZES {
            let pos = twins.size();
            let x = twins.draw.normal(&[pos, d], 2.0);
            cases.push((format!("[{pos}, {d}], centre {centre}"), x, norm));
        }
        let mut x = twins.draw.normal(&[17, 65], 1.0);
        // Whole numbers beside which f32 keeps the deviation exactly.
        x.data_mut()
            .iter_mut()
            .for_each(|number| *number = 100.0 + (*number * 64.0).round() / 64.0);
        cases.push((format!("mean 100, deviation 1, centre {centre}"), x, norm));
        let x = twins.draw.normal(&[5, 37], 1e-4);
        cases.push((format!("below eps, centre {centre}"), x, norm));
        let x = twins.draw.normal(&[5, 37], 1e-4);
        let large_eps = Norm { centre, eps: 0.01 };
        cases.push((format!("eps 0.01, centre {centre}"), x, large_eps));
        cases.push((
            format!("zeros, centre {centre}"),
            HostTensor::zeros([3, 59]),
            norm,
        ));
    }
    cases
}
