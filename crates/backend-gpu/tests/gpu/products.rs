use glasshouse_tensor::{Backend, Error};

use crate::stage::{assert_near, on_gpu, random, read, wide};

/// Rows of `x` [m, k] by columns of `w` [k, n].
fn product(x: &[f64], w: &[f64], [m, k, n]: [usize; 3]) -> Vec<f64> {
    let mut y = vec![0.0; m * n];
    for i in 0..m {
        for l in 0..k {
            for j in 0..n {
                y[i * n + j] += x[i * k + l] * w[l * n + j];
            }
        }
    }
    y
}

#[test]
fn linear_is_a_matrix_product_of_any_size() {
    on_gpu(async |gpu| {
        let sizes = [
            [1, 1, 1],
            [37, 15, 29],
            [15, 37, 1],
            [1, 256, 61],
            [59, 128, 384],
            [33, 130, 34],
            [64, 33, 32],
            [31, 31, 31],
            [5, 512, 5_000],
        ];
        for [pos, d_in, d_out] in sizes {
            let x = random(&[pos, d_in], 1);
            let w = random(&[d_in, d_out], 2);
            let b = random(&[d_out], 3);
            let [dx, dw, db] = [&x, &w, &b].map(|t| gpu.upload(t).unwrap());
            let plain = gpu.linear(&dx, &dw, None).unwrap();
            let biased = gpu.linear(&dx, &dw, Some(&db)).unwrap();
            let found = gpu.read(&[plain, biased]).await.unwrap();
            let mut expected = product(&wide(&x), &wide(&w), [pos, d_in, d_out]);
            assert_near(&found[0], &[pos, d_out], &expected);
            for (y, b) in expected.iter_mut().zip(wide(&b).iter().cycle()) {
                *y += b;
            }
            assert_near(&found[1], &[pos, d_out], &expected);
        }
    });
}

#[test]
fn linear_refuses_what_does_not_fit_and_takes_no_rows() {
    on_gpu(async |gpu| {
        let upload = |shape: &[usize]| gpu.upload(&random(shape, 4)).unwrap();
        let w = upload(&[6, 5]);
        assert!(matches!(
            gpu.linear(&upload(&[4, 7]), &w, None),
            Err(Error::Internal(_))
        ));
        assert!(gpu.linear(&upload(&[4, 2, 3]), &w, None).is_err());
        assert!(
            gpu.linear(&upload(&[4, 6]), &w, Some(&upload(&[6])))
                .is_err()
        );
        let none = gpu.linear(&upload(&[0, 6]), &w, None).unwrap();
        assert_eq!(read(&gpu, none).await.shape(), [0, 5]);
    });
}

#[test]
fn head_results_and_sum_heads_are_what_each_head_writes_and_all_together() {
    on_gpu(async |gpu| {
        for (pos, heads, d_head, d_model) in [
            (1, 1, 1, 1),
            (37, 3, 15, 29),
            (40, 2, 32, 64),
            (9, 4, 5, 33),
        ] {
            let z = random(&[pos, heads, d_head], 5);
            let w_o = random(&[heads, d_head, d_model], 6);
            let b = random(&[d_model], 7);
            let [dz, dw, db] = [&z, &w_o, &b].map(|t| gpu.upload(t).unwrap());
            let results = gpu.head_results(&dz, &dw).unwrap();
            let sum = gpu.sum_heads(&results, &db).unwrap();
            let found = gpu.read(&[results, sum]).await.unwrap();

            let (z, w_o, b) = (wide(&z), wide(&w_o), wide(&b));
            let mut results = Vec::new();
            let mut sum = Vec::new();
            for row in z.chunks(heads * d_head) {
                let mut total = b.clone();
                for (z, w) in row.chunks(d_head).zip(w_o.chunks(d_head * d_model)) {
                    let result = product(z, w, [1, d_head, d_model]);
                    total
                        .iter_mut()
                        .zip(&result)
                        .for_each(|(total, x)| *total += x);
                    results.extend(result);
                }
                sum.extend(total);
            }
            assert_near(&found[0], &[pos, heads, d_model], &results);
            assert_near(&found[1], &[pos, d_model], &sum);
        }
    });
}
