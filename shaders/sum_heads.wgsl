// `results` [pos, head, d_model] summed over heads, plus `b` [d_model].

struct Params {
    size: u32,
    heads: u32,
    d_model: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> results: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// One axis of the grid holds at most 65,535 workgroups of 64; more elements go on along the second.
const GRID_ROW: u32 = 65535 * 64;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x + id.y * GRID_ROW;
    if i >= params.size {
        return;
    }
    let column = i % params.d_model;
    var at = i / params.d_model * params.heads * params.d_model + column;
    var sum = 0.0;
    for (var head = 0u; head < params.heads; head++) {
        sum += results[at];
        at += params.d_model;
    }
    y[i] = sum + b[column];
}
