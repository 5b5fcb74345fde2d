use glasshouse_tensor::{Backend, HostTensor, Norm};

use crate::stage::{assert_near, on_gpu, random, read, wide};

/// Mean (0 unless centred) and scale of a row.
fn moments(row: &[f64], norm: Norm) -> (f64, f64) {
    let d = row.len() as f64;
    let mean = if norm.centre {
        row.iter().sum::<f64>() / d
    } else {
        0.0
    };
    let square = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / d;
    (mean, (square + f64::from(norm.eps)).sqrt())
}

#[test]
fn layer_norm_and_its_two_halves_agree_with_the_definition() {
    on_gpu(async |gpu| {
        for (pos, d) in [(1, 1), (3, 15), (37, 64), (5, 130), (2, 1_000)] {
            for centre in [false, true] {
                let norm = Norm { centre, eps: 1e-5 };
                let x = random(&[pos, d], 1);
                let (w, b) = (random(&[d], 2), random(&[d], 3));
                let [dx, dw, db] = [&x, &w, &b].map(|t| gpu.upload(t).unwrap());
                for (with_w, with_b) in [(false, false), (true, false), (false, true), (true, true)]
                {
                    let (dw, db) = (with_w.then_some(&dw), with_b.then_some(&db));
                    let whole = gpu.layer_norm(&dx, norm, dw, db).unwrap();
                    let scale = gpu.norm_scale(&dx, norm).unwrap();
                    let halves = gpu.normalize(&dx, &scale, norm, dw, db).unwrap();
                    let found = gpu.read(&[whole, scale, halves]).await.unwrap();

                    let (x, w, b) = (wide(&x), wide(&w), wide(&b));
                    let scales: Vec<f64> = x.chunks(d).map(|row| moments(row, norm).1).collect();
                    assert_near(&found[1], &[pos, 1], &scales);
                    let expected: Vec<f64> = x
                        .chunks(d)
                        .flat_map(|row| {
                            let (mean, scale) = moments(row, norm);
                            let numbers = row
                                .iter()
                                .enumerate()
                                .map(move |(i, x)| (i, (x - mean) / scale));
                            numbers.collect::<Vec<_>>()
                        })
                        .map(|(i, x)| {
                            x * if with_w { w[i] } else { 1.0 } + if with_b { b[i] } else { 0.0 }
                        })
                        .collect();
                    assert_near(&found[0], &[pos, d], &expected);
                    assert_near(&found[2], &[pos, d], &expected);
                }
            }
        }
    });
}

#[test]
fn normalize_divides_by_the_scale_that_it_is_given() {
    on_gpu(async |gpu| {
        let x = random(&[3, 8], 4);
        let scale = HostTensor::new([3, 1], vec![1.0, 2.0, 4.0]).unwrap();
        let [dx, ds] = [&x, &scale].map(|t| gpu.upload(t).unwrap());
        let norm = Norm {
            centre: false,
            eps: 1e-5,
        };
        let found = read(&gpu, gpu.normalize(&dx, &ds, norm, None, None).unwrap()).await;
        let expected: Vec<f64> = (0..24).map(|i| wide(&x)[i] / wide(&scale)[i / 8]).collect();
        assert_near(&found, &[3, 8], &expected);
    });
}
