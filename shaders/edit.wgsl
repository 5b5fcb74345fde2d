// `x ← keep·x + gain·value` where all three axes of `x` [a, b, c] are selected; `keep` 0 drops x even
// where it is infinite or NaN. `ranks` holds, one axis after the other, each index's rank among the
// selected ones, or −1. Scores hold −∞ and `value` may: WGSL lets a compiler assume that no float is
// infinite or NaN, so those are recognised and combined as bits, by the rules of IEEE 754.

struct Params {
    size: u32,
    b: u32,
    c: u32,
    value_stride_a: u32,
    value_stride_b: u32,
    value_stride_c: u32,
    keep: f32,
    gain: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> ranks: array<i32>;
@group(0) @binding(3) var<storage, read> value: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<u32>;

const SIGN: u32 = 0x80000000;
const INFINITE: u32 = 0x7f800000;
const NOT_A_NUMBER: u32 = 0x7fc00000;

fn is_finite(bits: u32) -> bool {
    return (bits & INFINITE) != INFINITE;
}

fn is_nan(bits: u32) -> bool {
    return (bits & ~SIGN) > INFINITE;
}

fn times(factor: f32, bits: u32) -> u32 {
    if is_finite(bits) {
        return bitcast<u32>(factor * bitcast<f32>(bits));
    }
    if is_nan(bits) || factor == 0 {
        return NOT_A_NUMBER;
    }
    return bits ^ (bitcast<u32>(factor) & SIGN);
}

fn plus(left: u32, right: u32) -> u32 {
    if is_finite(left) && is_finite(right) {
        return bitcast<u32>(bitcast<f32>(left) + bitcast<f32>(right));
    }
    let opposite = !is_finite(left) && !is_finite(right) && left != right;
    if is_nan(left) || is_nan(right) || opposite {
        return NOT_A_NUMBER;
    }
    return select(left, right, is_finite(left));
}

// One axis of the grid holds at most 65,535 workgroups of 64; more elements go on along the second.
const GRID_ROW: u32 = 65535 * 64;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x + id.y * GRID_ROW;
    if i >= params.size {
        return;
    }
    let a = params.size / (params.b * params.c);
    let c = i % params.c;
    let b = i / params.c % params.b;
    let rank_a = ranks[i / params.c / params.b];
    let rank_b = ranks[a + b];
    let rank_c = ranks[a + params.b + c];
    if rank_a < 0 || rank_b < 0 || rank_c < 0 {
        y[i] = x[i];
        return;
    }
    let at = u32(rank_a) * params.value_stride_a
        + u32(rank_b) * params.value_stride_b
        + u32(rank_c) * params.value_stride_c;
    let added = times(params.gain, value[at]);
    if params.keep == 0 {
        y[i] = added;
    } else {
        y[i] = plus(times(params.keep, x[i]), added);
    }
}
