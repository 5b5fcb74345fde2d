use glasshouse_tensor::HostTensor;

use crate::agree;
use crate::twins::{EXACT, ROUNDING, SIZES, Twins};

pub fn linear(twins: &mut Twins) {
    let mut shapes: Vec<[usize; 3]> = SIZES.map(|pos| [pos, twins.size(), twins.size()]).to_vec();
    // One row, one column, one term; whole tiles; one past them.
    shapes.extend([
        [1, 1, 1],
        [1, 256, 1],
        [256, 1, 256],
        [64, 64, 64],
        [65, 65, 65],
        [33, 5, 31],
    ]);
    // Many columns, as an unembedding has.
    shapes.extend([[3, 17, 1031], [61, 64, 1024]]);
    for [pos, d_in, d_out] in shapes {
        let x = twins.draw.normal(&[pos, d_in], 1.0);
        let w = twins.draw.normal(&[d_in, d_out], 1.0);
        let bias = twins.draw.normal(&[d_out], 1.0);
        let case = format!("[{pos}, {d_in}] · [{d_in}, {d_out}]");
        agree!(twins, ROUNDING, case, [x, w, bias], |b| b.linear(
            x,
            w,
            Some(bias)
        ));
        agree!(twins, ROUNDING, format!("{case}, no bias"), [x, w], |b| b
            .linear(x, w, None));
    }
    // An engine may keep a weight in another form: the second use, and another view of it, count too.
    let x = twins.draw.normal(&[5, 6], 1.0);
    let w = twins.draw.normal(&[6, 10], 1.0);
    agree!(
        twins,
        ROUNDING,
        "one weight, twice, under two shapes",
        [x, w],
        |b| {
            let first = b.linear(x, w, None)?;
            let view = b.linear(&b.reshape(x, &[10, 3])?, &b.reshape(w, &[3, 20])?, None)?;
            let second = b.linear(x, w, None)?;
            b.append_rows(
                &b.append_rows(&first, &b.reshape(&view, &[20, 10])?)?,
                &second,
            )
        }
    );
    let one = identity(37);
    let x = twins.draw.normal(&[17, 37], 1.0);
    agree!(twins, EXACT, "times the identity", [x, one], |b| b
        .linear(x, one, None));
}

pub fn head_results(twins: &mut Twins) {
    for pos in SIZES {
        let d_model = twins.size();
        for (heads, d_head) in [(1, 1), (3, 5), (4, 32), (2, 65), (12, 8)] {
            let z = twins.draw.normal(&[pos, heads, d_head], 1.0);
            let w_o = twins.draw.normal(&[heads, d_head, d_model], 1.0);
            let case = format!("{:?} · {:?}", z.shape(), w_o.shape());
            agree!(twins, ROUNDING, case, [z, w_o], |b| b.head_results(z, w_o));
        }
    }
}

pub fn sum_heads(twins: &mut Twins) {
    for pos in SIZES {
        let d_model = twins.size();
        for heads in [1, 3, 12, 17] {
            let results = twins.draw.normal(&[pos, heads, d_model], 1.0);
            let bias = twins.draw.normal(&[d_model], 1.0);
            let case = format!("{:?}", results.shape());
            agree!(twins, ROUNDING, case, [results, bias], |b| b
                .sum_heads(results, bias));
        }
    }
}

fn identity(n: usize) -> HostTensor {
    let mut identity = HostTensor::zeros([n, n]);
    identity
        .data_mut()
        .iter_mut()
        .step_by(n + 1)
        .for_each(|diagonal| *diagonal = 1.0);
    identity
}
