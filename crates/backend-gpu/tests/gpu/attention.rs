use glasshouse_tensor::{Attend, Backend, Error, HostTensor};

use crate::stage::{assert_near, on_gpu, random, read, wide};

const MASKED: f64 = f64::NEG_INFINITY;

/// `[queries, keys, heads, d_head]`
type Sizes = [usize; 4];

fn scores(q: &[f64], k: &[f64], [queries, keys, heads, d_head]: Sizes, attend: Attend) -> Vec<f64> {
    let mut scores = Vec::new();
    for head in 0..heads {
        for query in 0..queries {
            for key in 0..keys {
                let row =
                    |x: &[f64], pos: usize| x[(pos * heads + head) * d_head..][..d_head].to_vec();
                let dot: f64 = row(q, query)
                    .iter()
                    .zip(row(k, key))
                    .map(|(q, k)| q * k)
                    .sum();
                let hidden = attend.causal && key > keys - queries + query;
                scores.push(if hidden {
                    MASKED
                } else {
                    dot * f64::from(attend.scale)
                });
            }
        }
    }
    scores
}

fn softmax(scores: &[f64], width: usize) -> Vec<f64> {
    let mut pattern = Vec::new();
    for row in scores.chunks(width) {
        let largest = row.iter().copied().fold(MASKED, f64::max);
        if largest == MASKED {
            pattern.extend(vec![0.0; width]);
            continue;
        }
        let sum: f64 = row.iter().map(|x| (x - largest).exp()).sum();
        pattern.extend(row.iter().map(|x| (x - largest).exp() / sum));
    }
    pattern
}

fn mix(pattern: &[f64], v: &[f64], [queries, keys, heads, d_head]: Sizes) -> Vec<f64> {
    let mut z = vec![0.0; queries * heads * d_head];
    for head in 0..heads {
        for query in 0..queries {
            for key in 0..keys {
                let weight = pattern[(head * queries + query) * keys + key];
                for i in 0..d_head {
                    z[(query * heads + head) * d_head + i] +=
                        weight * v[(key * heads + head) * d_head + i];
                }
            }
        }
    }
    z
}

#[test]
fn watched_and_fused_attention_agree_with_the_definition() {
    on_gpu(async |gpu| {
        let sizes = [
            [1, 1, 1, 1],
            [37, 37, 3, 15],
            [59, 59, 2, 16],
            [16, 16, 2, 64],
            [5, 40, 2, 33],
            [33, 65, 1, 70],
            [1, 200, 4, 32],
            [20, 20, 1, 130],
        ];
        for sizes @ [queries, keys, heads, d_head] in sizes {
            let q = random(&[queries, heads, d_head], 1);
            let k = random(&[keys, heads, d_head], 2);
            let v = random(&[keys, heads, d_head], 3);
            let [dq, dk, dv] = [&q, &k, &v].map(|t| gpu.upload(t).unwrap());
            for causal in [true, false] {
                let attend = Attend {
                    scale: 1.0 / (d_head as f32).sqrt(),
                    causal,
                };
                let device_scores = gpu.attention_scores(&dq, &dk, attend).unwrap();
                let pattern = gpu.softmax(&device_scores).unwrap();
                let watched = gpu.mix_values(&pattern, &dv).unwrap();
                let fused = gpu.attention(&dq, &dk, &dv, attend).unwrap();
                let wanted = [device_scores, pattern, watched, fused];
                let found = gpu.read(&wanted).await.unwrap();

                let expected = scores(&wide(&q), &wide(&k), sizes, attend);
                assert_near(&found[0], &[heads, queries, keys], &expected);
                let expected = softmax(&expected, keys);
                assert_near(&found[1], &[heads, queries, keys], &expected);
                let expected = mix(&expected, &wide(&v), sizes);
                assert_near(&found[2], &[queries, heads, d_head], &expected);
                assert_near(&found[3], &[queries, heads, d_head], &expected);
            }
        }
    });
}

#[test]
fn attention_over_thousands_of_keys_with_extreme_scores() {
    on_gpu(async |gpu| {
        let sizes = [3, 3_000, 1, 8];
        let mut q = random(&[3, 1, 8], 4);
        // Scores of hundreds: a softmax without its maximum would overflow.
        q.data_mut().iter_mut().for_each(|x| *x *= 100.0);
        let k = random(&[3_000, 1, 8], 5);
        let v = random(&[3_000, 1, 8], 6);
        let [dq, dk, dv] = [&q, &k, &v].map(|t| gpu.upload(t).unwrap());
        let attend = Attend {
            scale: 1.0,
            causal: true,
        };
        let fused = read(&gpu, gpu.attention(&dq, &dk, &dv, attend).unwrap()).await;
        let pattern = softmax(&scores(&wide(&q), &wide(&k), sizes, attend), 3_000);
        let expected = mix(&pattern, &wide(&v), sizes);
        // Scores near 1,000 carry an error of their own of some 1e-4 in f32.
        for (found, expected) in fused.data().iter().zip(&expected) {
            assert!(
                (f64::from(*found) - expected).abs() < 2e-3,
                "{found} {expected}"
            );
        }
    });
}

#[test]
fn masked_scores_reach_the_host_as_minus_infinity() {
    on_gpu(async |gpu| {
        let q = gpu.upload(&random(&[70, 2, 8], 7)).unwrap();
        let attend = Attend {
            scale: 1.0,
            causal: true,
        };
        let scores = read(&gpu, gpu.attention_scores(&q, &q, attend).unwrap()).await;
        for (i, score) in scores.data().iter().enumerate() {
            let (query, key) = (i / 70 % 70, i % 70);
            if key > query {
                assert_eq!(score.to_bits(), f32::NEG_INFINITY.to_bits());
            } else {
                assert!(score.is_finite());
            }
        }
    });
}

#[test]
fn softmax_of_masks_only_is_zeros_and_rows_may_be_long() {
    on_gpu(async |gpu| {
        let mut x = random(&[2, 3, 1_000], 8);
        x.data_mut()[1_000..2_000].fill(f32::NEG_INFINITY);
        x.data_mut()[2_000..2_999].fill(f32::NEG_INFINITY);
        x.data_mut()[3_000..4_000].fill(-1e30);
        x.data_mut()[4_000] = 300.0;
        let device_x = gpu.upload(&x).unwrap();
        let found = read(&gpu, gpu.softmax(&device_x).unwrap()).await;
        assert_near(&found, &[2, 3, 1_000], &softmax(&wide(&x), 1_000));
        assert!(found.data()[1_000..2_000].iter().all(|&p| p == 0.0));
        assert_eq!(found.data()[2_999], 1.0);
    });
}

#[test]
fn more_queries_than_keys_cannot_be_causal() {
    on_gpu(async |gpu| {
        let upload = |pos| gpu.upload(&random(&[pos, 1, 4], 9)).unwrap();
        let (q, k) = (upload(5), upload(4));
        let attend = |causal| Attend { scale: 1.0, causal };
        assert!(matches!(
            gpu.attention_scores(&q, &k, attend(true)),
            Err(Error::Internal(_))
        ));
        assert!(gpu.attention(&q, &k, &k, attend(true)).is_err());
        assert!(gpu.attention_scores(&q, &k, attend(false)).is_ok());
        let none: HostTensor = read(
            &gpu,
            gpu.attention(&q, &upload(0), &upload(0), attend(false))
                .unwrap(),
        )
        .await;
        assert!(none.data().iter().all(|&z| z == 0.0));
    });
}
