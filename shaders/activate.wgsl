// The non-linearity of an MLP, chosen by `activation` in the order of the trait's enum.

struct Params {
    size: u32,
    activation: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const RELU: u32 = 0;
const GELU: u32 = 1;
const GELU_NEW: u32 = 2;

// 1 / (1 + exp(−x)). The argument is limited because exp may not overflow.
fn sigmoid(x: f32) -> f32 {
    return 1.0 / (1.0 + exp(min(-x, 80.0)));
}

// Gaussian distribution function Φ(x), from the tail 1 − Φ(|x|) = erfc(|x|/√2)/2, which keeps small
// values of Φ exact too. exp(t²)·erfc(t) is u·P(u) with u = 1/(1 + 0.3·t): our own fit on [0, 7.5],
// relative error 2·10⁻⁸.
fn normal_cdf(x: f32) -> f32 {
    let t = min(abs(x) * 0.70710678, 7.5);
    let u = 1.0 / (1.0 + 0.3 * t);
    var p = -0.127322599;
    p = p * u + 0.474078596;
    p = p * u - 0.486544579;
    p = p * u + 0.515421927;
    p = p * u - 0.0698396862;
    p = p * u + 0.202991486;
    p = p * u + 0.151846737;
    p = p * u + 0.17013976;
    p = p * u + 0.16922833;
    let tail = 0.5 * exp(-t * t) * u * p;
    return select(1.0 - tail, tail, x < 0.0);
}

// 0.5·(1 + tanh(√(2/π)·(x + 0.044715·x³))) is a sigmoid of twice the argument: no tanh that could
// overflow. Beyond ±20 the result is 0 or 1.
fn normal_cdf_by_tanh(x: f32) -> f32 {
    let t = clamp(x, -20.0, 20.0);
    return sigmoid(1.5957691 * (t + 0.044715 * t * t * t));
}

// One axis of the grid holds at most 65,535 workgroups of 64; more elements go on along the second.
const GRID_ROW: u32 = 65535 * 64;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x + id.y * GRID_ROW;
    if i >= params.size {
        return;
    }
    let value = x[i];
    var factor = 0.0;
    switch params.activation {
        case RELU: {
            factor = select(0.0, 1.0, value > 0.0);
        }
        case GELU: {
            factor = normal_cdf(value);
        }
        case GELU_NEW: {
            factor = normal_cdf_by_tanh(value);
        }
        default: {
            factor = sigmoid(value);
        }
    }
    y[i] = value * factor;
}
