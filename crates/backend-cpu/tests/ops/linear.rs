use glasshouse_backend_cpu::CpuTensor;
use glasshouse_tensor::{Backend, random::Stream};

use super::{CPU, assert_close, bits, exact, normal};

/// `[pos, d_in, d_out]` around every edge: of tiles (6 rows), of panels (8 columns), of turns (4 terms).
const SHAPES: [[usize; 3]; 14] = [
    [1, 1, 1],
    [1, 128, 61],
    [2, 3, 5],
    [3, 4, 8],
    [4, 5, 7],
    [5, 8, 9],
    [6, 7, 16],
    [7, 9, 15],
    [11, 16, 17],
    [12, 33, 24],
    [13, 130, 23],
    [59, 128, 61],
    [59, 64, 384],
    [0, 3, 4],
];

fn product(x: &CpuTensor, w: &CpuTensor, b: &[f64], [pos, d_in, d_out]: [usize; 3]) -> Vec<f64> {
    let (x, w) = (exact(x), exact(w));
    let term = |row, column, k| x[row * d_in + k] * w[k * d_out + column];
    (0..pos * d_out)
        .map(|i| (i / d_out, i % d_out))
        .map(|(row, column)| b[column] + (0..d_in).map(|k| term(row, column, k)).sum::<f64>())
        .collect()
}

#[test]
fn linear_is_the_product_plus_the_bias() {
    let mut stream = Stream::new(1, 0);
    for shape @ [pos, d_in, d_out] in SHAPES {
        let x = normal(&mut stream, &[pos, d_in]);
        let w = normal(&mut stream, &[d_in, d_out]);
        let b = normal(&mut stream, &[d_out]);
        let y = CPU.linear(&x, &w, Some(&b)).unwrap();
        assert_close(&y, &[pos, d_out], &product(&x, &w, &exact(&b), shape), 2e-6);
        let y = CPU.linear(&x, &w, None).unwrap();
        let zeros = vec![0.0; d_out];
        assert_close(&y, &[pos, d_out], &product(&x, &w, &zeros, shape), 2e-6);
    }
}

#[test]
fn a_row_of_linear_depends_on_that_row_alone() {
    let mut stream = Stream::new(1, 1);
    for [pos, d_in, d_out] in SHAPES {
        let x = normal(&mut stream, &[pos, d_in]);
        let w = normal(&mut stream, &[d_in, d_out]);
        let whole = bits(&CPU.linear(&x, &w, None).unwrap());
        for start in 0..pos {
            for count in 1..=(pos - start).min(7) {
                let part = CPU.rows(&x, start, count).unwrap();
                let part = bits(&CPU.linear(&part, &w, None).unwrap());
                assert_eq!(part, whole[start * d_out..][..count * d_out]);
            }
        }
    }
}

#[test]
fn a_weight_keeps_its_panels_under_another_shape() {
    let mut stream = Stream::new(1, 2);
    let w = normal(&mut stream, &[12, 10]);
    let x = normal(&mut stream, &[3, 12]);
    let before = bits(&CPU.linear(&x, &w, None).unwrap());
    // The same numbers as another matrix, and back.
    let other = CPU.reshape(&w, &[10, 12]).unwrap();
    let y = normal(&mut stream, &[3, 10]);
    let expected = product(&y, &other, &[0.0; 12], [3, 10, 12]);
    assert_close(
        &CPU.linear(&y, &other, None).unwrap(),
        &[3, 12],
        &expected,
        2e-6,
    );
    assert_eq!(bits(&CPU.linear(&x, &w, None).unwrap()), before);
    // Rows of a packed weight are another weight.
    let part = CPU.rows(&w, 2, 4).unwrap();
    let x = normal(&mut stream, &[3, 4]);
    let expected = product(&x, &part, &[0.0; 10], [3, 4, 10]);
    assert_close(
        &CPU.linear(&x, &part, None).unwrap(),
        &[3, 10],
        &expected,
        2e-6,
    );
}

#[test]
fn head_results_are_what_each_head_writes() {
    let mut stream = Stream::new(1, 3);
    for [pos, heads, d_head, d_model] in
        [[1, 1, 1, 1], [7, 3, 5, 11], [59, 8, 16, 128], [6, 2, 3, 8]]
    {
        let z = normal(&mut stream, &[pos, heads, d_head]);
        let w_o = normal(&mut stream, &[heads, d_head, d_model]);
        let b = normal(&mut stream, &[d_model]);
        let (numbers, weights) = (exact(&z), exact(&w_o));
        let mut expected = vec![0.0; pos * heads * d_model];
        for (i, x) in expected.iter_mut().enumerate() {
            let (row, head, column) = (i / d_model / heads, i / d_model % heads, i % d_model);
            *x = (0..d_head)
                .map(|k| {
                    numbers[(row * heads + head) * d_head + k]
                        * weights[(head * d_head + k) * d_model + column]
                })
                .sum();
        }
        let results = CPU.head_results(&z, &w_o).unwrap();
        assert_close(&results, &[pos, heads, d_model], &expected, 2e-6);

        let bias = exact(&b);
        let summed: Vec<f64> = (0..pos * d_model)
            .map(|i| {
                let (row, column) = (i / d_model, i % d_model);
                let head = |head| expected[(row * heads + head) * d_model + column];
                bias[column] + (0..heads).map(head).sum::<f64>()
            })
            .collect();
        let sum = CPU.sum_heads(&results, &b).unwrap();
        assert_close(&sum, &[pos, d_model], &summed, 2e-6);

        // The same weight packed once serves both forms of the output projection.
        let flat_z = CPU.reshape(&z, &[pos, heads * d_head]).unwrap();
        let flat_w = CPU.reshape(&w_o, &[heads * d_head, d_model]).unwrap();
        let direct = CPU.linear(&flat_z, &flat_w, Some(&b)).unwrap();
        assert_close(&direct, &[pos, d_model], &summed, 2e-6);

        let last = CPU.rows(&z, pos - 1, 1).unwrap();
        let last = bits(&CPU.head_results(&last, &w_o).unwrap());
        assert_eq!(last, bits(&results)[(pos - 1) * heads * d_model..]);
    }
}
