use std::f32::consts::FRAC_1_SQRT_2;

use glasshouse_tensor::{Activation, Result};

use crate::{
    CpuTensor,
    exponential::{erf, exp},
};

/// The non-linearity, element by element.
pub(crate) fn activate(x: &CpuTensor, activation: Activation) -> Result<CpuTensor> {
    let numbers = x.numbers()?;
    let activated = match activation {
        Activation::Relu => map(&numbers, relu),
        Activation::Gelu => map(&numbers, gelu),
        Activation::GeluNew => map(&numbers, gelu_new),
        Activation::Silu => map(&numbers, silu),
    };
    CpuTensor::new(x.shape(), activated)
}

/// One loop per function, so that each vectorises.
#[inline(always)]
fn map(numbers: &[f32], f: impl Fn(f32) -> f32) -> Vec<f32> {
    numbers.iter().map(|&x| f(x)).collect()
}

/// A comparison rather than `max`: that would turn NaN into 0.
#[inline(always)]
fn relu(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * FRAC_1_SQRT_2))
}

/// `½(1 + tanh u) = 1 / (1 + e^(−2u))`, which loses no digits where the tail is small.
#[inline(always)]
fn gelu_new(x: f32) -> f32 {
    const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769;
    x / (1.0 + exp(-TWICE_SQRT_2_OVER_PI * (x + 0.044_715 * (x * x * x))))
}

#[inline(always)]
fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}
