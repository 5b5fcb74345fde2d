use std::f32::consts::FRAC_1_SQRT_2;

use glasshouse_tensor::{Activation, Result};

use crate::{
    CpuTensor,
    eight::Eight,
    exponential::{erf, exp},
    row::mapped,
};

/// The non-linearity, element by element.
#[inline(never)]
pub(crate) fn activate(x: &CpuTensor, activation: Activation) -> Result<CpuTensor> {
    let x_numbers = x.numbers()?;
    let numbers = match activation {
        Activation::Relu => mapped(&x_numbers, relu),
        Activation::Gelu => mapped(&x_numbers, gelu),
        Activation::GeluNew => mapped(&x_numbers, gelu_new),
        Activation::Silu => mapped(&x_numbers, silu),
    };
    CpuTensor::new(x.shape(), numbers)
}

#[inline(always)]
fn relu(x: Eight) -> Eight {
    x.at_least(Eight::splat(0.0))
}

#[inline(always)]
fn gelu(x: Eight) -> Eight {
    let one = Eight::splat(1.0);
    Eight::splat(0.5) * x * (one + erf(x * Eight::splat(FRAC_1_SQRT_2)))
}

/// `½(1 + tanh u) = 1 / (1 + e^(−2u))`, which loses no digits where the tail is small.
#[inline(always)]
fn gelu_new(x: Eight) -> Eight {
    const TWICE_SQRT_2_OVER_PI: f32 = 1.595_769;
    let one = Eight::splat(1.0);
    let u = x + Eight::splat(0.044_715) * (x * x * x);
    x / (one + exp(u * Eight::splat(-TWICE_SQRT_2_OVER_PI)))
}

#[inline(always)]
fn silu(x: Eight) -> Eight {
    x / (Eight::splat(1.0) + exp(Eight::splat(0.0) - x))
}
