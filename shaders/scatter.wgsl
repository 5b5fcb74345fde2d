// Rows of zeros, `width` long, with each number of `top` [rows, 2, k] at its index. Copied as bits.

struct Params {
    rows: u32,
    width: u32,
    k: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> top: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    // Rows are spread over two grid axes, because one axis holds at most 65,535 workgroups.
    let row = workgroup.x + workgroup.y * 65535;
    if row >= params.rows {
        return;
    }
    let start = row * params.width;
    for (var i = invocation; i < params.width; i += 64) {
        y[start + i] = 0;
    }
    storageBarrier();
    let entries = row * 2 * params.k;
    for (var i = invocation; i < params.k; i += 64) {
        let index = u32(bitcast<f32>(top[entries + params.k + i]));
        if index < params.width {
            y[start + index] = top[entries + i];
        }
    }
}
