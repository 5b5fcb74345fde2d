use glasshouse_tensor::{Backend, HostTensor, Norm, random::Stream};

use super::{CPU, assert_close, bits, exact, normal};

const NORMS: [Norm; 2] = [
    Norm {
        centre: true,
        eps: 1e-5,
    },
    Norm {
        centre: false,
        eps: 1e-3,
    },
];

#[test]
fn norms_are_as_defined_in_one_step_and_in_two() {
    let mut stream = Stream::new(4, 0);
    for [pos, d] in [[1, 1], [2, 7], [5, 8], [3, 13], [59, 128], [4, 512]] {
        for norm in NORMS {
            let x = normal(&mut stream, &[pos, d]);
            let offset = CPU
                .upload(&HostTensor::new([d], vec![3.0; d]).unwrap())
                .unwrap();
            let x = CPU.add(&x, &offset).unwrap();
            let (w, b) = (normal(&mut stream, &[d]), normal(&mut stream, &[d]));
            let (weight, bias) = (exact(&w), exact(&b));
            let mut scales = Vec::new();
            let mut plain = Vec::new();
            for row in exact(&x).chunks_exact(d) {
                let centre = if norm.centre {
                    row.iter().sum::<f64>() / d as f64
                } else {
                    0.0
                };
                let square = row.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / d as f64;
                let scale = (square + f64::from(norm.eps)).sqrt();
                plain.extend(row.iter().map(|x| (x - centre) / scale));
                scales.push(scale);
            }
            // A single centred number is 0 up to the rounding of its mean; measure against 1.
            let tolerance = if d == 1 { 1e-3 } else { 2e-6 };
            let scale = CPU.norm_scale(&x, norm).unwrap();
            assert_close(&scale, &[pos, 1], &scales, tolerance);
            for (w, b) in [
                (Some(&w), Some(&b)),
                (Some(&w), None),
                (None, Some(&b)),
                (None, None),
            ] {
                let expected: Vec<f64> = plain
                    .iter()
                    .enumerate()
                    .map(|(i, x)| {
                        w.map_or(1.0, |_| weight[i % d]) * x + b.map_or(0.0, |_| bias[i % d])
                    })
                    .collect();
                let fused = CPU.layer_norm(&x, norm, w, b).unwrap();
                assert_close(&fused, &[pos, d], &expected, tolerance);
                let steps = CPU.normalize(&x, &scale, norm, w, b).unwrap();
                assert_eq!(bits(&fused), bits(&steps));
                for row in 0..pos {
                    let one = CPU.rows(&x, row, 1).unwrap();
                    let one = CPU.layer_norm(&one, norm, w, b).unwrap();
                    assert_eq!(bits(&one), bits(&fused)[row * d..][..d]);
                }
            }
        }
    }
}

#[test]
fn normalize_divides_by_the_scale_it_is_given() {
    let x = CPU
        .upload(&HostTensor::new([2, 2], vec![1.0, 3.0, 2.0, 6.0]).unwrap())
        .unwrap();
    let scale = CPU
        .upload(&HostTensor::new([2, 1], vec![0.5, 4.0]).unwrap())
        .unwrap();
    let y = CPU.normalize(&x, &scale, NORMS[0], None, None).unwrap();
    assert_close(&y, &[2, 2], &[-2.0, 2.0, -0.5, 0.5], 0.0);
}
