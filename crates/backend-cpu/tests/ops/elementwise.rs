use glasshouse_tensor::{Activation, Backend, HostTensor, random::Stream};

use super::{CPU, assert_close, bits, exact, normal, numbers};

#[test]
fn add_and_multiply_repeat_a_suffix() {
    let mut stream = Stream::new(3, 0);
    for (shape, suffix) in [
        (vec![3, 5, 7], vec![3, 5, 7]),
        (vec![3, 5, 7], vec![5, 7]),
        (vec![3, 5, 7], vec![7]),
        (vec![59, 128], vec![128]),
        (vec![4, 1], vec![1]),
        (vec![0, 3], vec![3]),
        (vec![2, 0], vec![0]),
    ] {
        let (x, y) = (normal(&mut stream, &shape), normal(&mut stream, &suffix));
        let (a, b) = (exact(&x), exact(&y));
        let sum: Vec<f64> = a.iter().zip(b.iter().cycle()).map(|(a, b)| a + b).collect();
        assert_close(&CPU.add(&x, &y).unwrap(), &shape, &sum, 1e-7);
        let product: Vec<f64> = a.iter().zip(b.iter().cycle()).map(|(a, b)| a * b).collect();
        assert_close(&CPU.multiply(&x, &y).unwrap(), &shape, &product, 1e-7);
    }
}

fn definition(activation: Activation, x: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};
    match activation {
        Activation::Relu => x.max(0.0),
        Activation::Gelu => 0.5 * x * (1.0 + libm::erf(x * FRAC_1_SQRT_2)),
        Activation::GeluNew => {
            0.5 * x * (1.0 + (FRAC_2_PI.sqrt() * (x + 0.044715 * x.powi(3))).tanh())
        }
        Activation::Silu => x / (1.0 + (-x).exp()),
    }
}

const ACTIVATIONS: [Activation; 4] = [
    Activation::Relu,
    Activation::Gelu,
    Activation::GeluNew,
    Activation::Silu,
];

#[test]
fn activations_are_as_defined() {
    for activation in ACTIVATIONS {
        let grid: Vec<f32> = (-40_000..=40_000).map(|i| i as f32 / 2_000.0).collect();
        let x = HostTensor::new([grid.len()], grid.clone()).unwrap();
        let y = numbers(&CPU.activate(&CPU.upload(&x).unwrap(), activation).unwrap());
        for (&x, &y) in grid.iter().zip(&y) {
            let expected = definition(activation, f64::from(x));
            let error = (f64::from(y) - expected).abs();
            // Relative to the argument: what is left of x is a difference from 1.
            let allowed = 3e-7 * f64::from(x).abs();
            assert!(
                error <= allowed,
                "{activation:?}({x}) = {y}, not {expected}"
            );
        }
    }
}

#[test]
fn activations_pass_on_what_is_not_a_number() {
    for activation in ACTIVATIONS {
        for length in [1, 4, 9] {
            let x = HostTensor::new([length], vec![f32::NAN; length]).unwrap();
            let y = CPU.activate(&CPU.upload(&x).unwrap(), activation).unwrap();
            assert!(numbers(&y).iter().all(|y| y.is_nan()), "{activation:?}");
        }
    }
}

#[test]
fn an_activation_has_the_same_bits_wherever_it_stands() {
    let x = normal(&mut Stream::new(3, 1), &[37]);
    for activation in ACTIVATIONS {
        let whole = bits(&CPU.activate(&x, activation).unwrap());
        for i in 0..37 {
            let one = CPU
                .activate(&CPU.rows(&x, i, 1).unwrap(), activation)
                .unwrap();
            assert_eq!(bits(&one), whole[i..=i], "{activation:?}");
        }
    }
}
