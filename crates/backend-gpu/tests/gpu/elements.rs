use glasshouse_tensor::{Activation, Backend, Error, HostTensor, Rotation};

use crate::stage::{assert_near, on_gpu, random, read, wide};

#[test]
fn embed_takes_the_rows_of_the_ids() {
    on_gpu(async |gpu| {
        let table = random(&[37, 15], 1);
        let device_table = gpu.upload(&table).unwrap();
        let ids = [36, 0, 5, 5, 17];
        let rows = read(&gpu, gpu.embed(&device_table, &ids).unwrap()).await;
        let expected: Vec<f64> = ids
            .iter()
            .flat_map(|&id| wide(&table)[id as usize * 15..][..15].to_vec())
            .collect();
        assert_near(&rows, &[5, 15], &expected);
        assert!(matches!(
            gpu.embed(&device_table, &[37]),
            Err(Error::Internal(_))
        ));
        let none = read(&gpu, gpu.embed(&device_table, &[]).unwrap()).await;
        assert_eq!(none, HostTensor::zeros([0, 15]));
    });
}

#[test]
fn rows_and_append_rows_take_apart_and_join() {
    on_gpu(async |gpu| {
        let mut x = random(&[7, 3, 5], 2);
        x.data_mut()[20] = f32::NEG_INFINITY;
        let device_x = gpu.upload(&x).unwrap();
        for split in [0, 1, 3, 7] {
            let first = gpu.rows(&device_x, 0, split).unwrap();
            let rest = gpu.rows(&device_x, split, 7 - split).unwrap();
            let joined = gpu.append_rows(&first, &rest).unwrap();
            let found = gpu.read(&[first, rest, joined]).await.unwrap();
            assert_eq!(found[0].data(), &x.data()[..split * 15]);
            assert_eq!(found[1].shape(), [7 - split, 3, 5]);
            assert_eq!(found[2], x);
        }
        assert!(matches!(gpu.rows(&device_x, 5, 3), Err(Error::Internal(_))));
        assert!(matches!(
            gpu.rows(&device_x, 5, usize::MAX),
            Err(Error::Internal(_))
        ));
        let narrow = gpu.upload(&random(&[7, 3, 4], 3)).unwrap();
        assert!(gpu.append_rows(&device_x, &narrow).is_err());
    });
}

#[test]
fn add_and_multiply_repeat_a_suffix() {
    on_gpu(async |gpu| {
        let x = random(&[3, 5, 7], 4);
        let device_x = gpu.upload(&x).unwrap();
        for shape in [&[3, 5, 7][..], &[5, 7], &[7]] {
            let y = random(shape, 5);
            let device_y = gpu.upload(&y).unwrap();
            let sum = gpu.add(&device_x, &device_y).unwrap();
            let product = gpu.multiply(&device_x, &device_y).unwrap();
            let found = gpu.read(&[sum, product]).await.unwrap();
            let pairs = || wide(&x).into_iter().zip(wide(&y).into_iter().cycle());
            assert_near(
                &found[0],
                &[3, 5, 7],
                &pairs().map(|(x, y)| x + y).collect::<Vec<_>>(),
            );
            assert_near(
                &found[1],
                &[3, 5, 7],
                &pairs().map(|(x, y)| x * y).collect::<Vec<_>>(),
            );
        }
        let other = gpu.upload(&random(&[3, 5], 6)).unwrap();
        assert!(matches!(
            gpu.add(&device_x, &other),
            Err(Error::Internal(_))
        ));
    });
}

#[test]
fn a_grid_of_more_than_65535_workgroups_is_covered() {
    on_gpu(async |gpu| {
        let size = 64 * 65_535 + 1_000;
        let x = random(&[size], 7);
        let device_x = gpu.upload(&x).unwrap();
        let sum = read(&gpu, gpu.add(&device_x, &device_x).unwrap()).await;
        assert_eq!(sum.data().len(), size);
        assert!(
            sum.data()
                .iter()
                .zip(x.data())
                .all(|(sum, x)| *sum == x + x)
        );
    });
}

/// From far negative to far positive: where a naive tanh or exp overflows.
fn arguments() -> Vec<f32> {
    let mut numbers: Vec<f32> = (-4_000..=4_000).map(|i| i as f32 / 400.0).collect();
    numbers.extend([
        0.0, -0.0, 1e-6, -1e-6, 30.0, -30.0, 90.0, -90.0, 1e4, -1e4, 1e20, -1e20,
    ]);
    numbers
}

#[test]
fn activate_is_each_of_the_four_functions() {
    on_gpu(async |gpu| {
        let exact = |activation, x: f64| match activation {
            Activation::Relu => x.max(0.0),
            Activation::Gelu => 0.5 * x * libm::erfc(-x / 2f64.sqrt()),
            Activation::GeluNew => {
                let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
                x / (1.0 + (-2.0 * inner).exp())
            }
            Activation::Silu => x / (1.0 + (-x).exp()),
        };
        let numbers = arguments();
        let host = HostTensor::new([numbers.len()], numbers.clone()).unwrap();
        let x = gpu.upload(&host).unwrap();
        for activation in [
            Activation::Relu,
            Activation::Gelu,
            Activation::GeluNew,
            Activation::Silu,
        ] {
            let found = read(&gpu, gpu.activate(&x, activation).unwrap()).await;
            for (&x, &y) in numbers.iter().zip(found.data()) {
                let expected = exact(activation, f64::from(x));
                // Within two units in the last place of the argument, or of one where it is small.
                let allowed = 2.4e-7 * f64::from(x).abs().max(1.0);
                assert!(
                    (f64::from(y) - expected).abs() <= allowed,
                    "{activation:?}({x}) = {y}, not {expected}"
                );
            }
        }
    });
}

#[test]
fn rotate_turns_pairs_and_passes_the_rest_through() {
    on_gpu(async |gpu| {
        for (pos, heads, d_head, rotary_dim) in [(5, 3, 8, 8), (7, 2, 15, 6), (1, 1, 4, 0)] {
            let x = random(&[pos, heads, d_head], 8);
            let cos = random(&[pos, rotary_dim], 9);
            let sin = random(&[pos, rotary_dim], 10);
            let device: Vec<_> = [&x, &cos, &sin].map(|t| gpu.upload(t).unwrap()).into();
            for adjacent_pairs in [false, true] {
                let rotation = Rotation {
                    rotary_dim,
                    adjacent_pairs,
                };
                let turned = gpu
                    .rotate(&device[0], &device[1], &device[2], rotation)
                    .unwrap();
                let mut expected = wide(&x);
                for (row, numbers) in expected.chunks_mut(d_head).enumerate() {
                    let old = numbers.to_vec();
                    let at = row / heads * rotary_dim;
                    for pair in 0..rotary_dim / 2 {
                        let (i, j) = if adjacent_pairs {
                            (2 * pair, 2 * pair + 1)
                        } else {
                            (pair, pair + rotary_dim / 2)
                        };
                        let (cos, sin) = (wide(&cos), wide(&sin));
                        numbers[i] = old[i] * cos[at + i] - old[j] * sin[at + i];
                        numbers[j] = old[j] * cos[at + j] + old[i] * sin[at + j];
                    }
                }
                assert_near(&read(&gpu, turned).await, &[pos, heads, d_head], &expected);
            }
        }
    });
}

#[test]
fn reshape_keeps_the_numbers() {
    on_gpu(async |gpu| {
        let x = random(&[4, 6], 11);
        let device_x = gpu.upload(&x).unwrap();
        let reshaped = gpu.reshape(&device_x, &[4, 2, 3]).unwrap();
        assert_eq!(gpu.shape(&reshaped), [4, 2, 3]);
        assert_eq!(read(&gpu, reshaped).await.data(), x.data());
        assert!(gpu.reshape(&device_x, &[5, 5]).is_err());
    });
}
