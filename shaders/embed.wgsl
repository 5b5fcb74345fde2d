// Rows of `table` [rows, width] chosen by `ids`: one invocation per number of the result.

struct Params {
    size: u32,
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> rows: array<f32>;

// One axis of the grid holds at most 65,535 workgroups of 64; more elements go on along the second.
const GRID_ROW: u32 = 65535 * 64;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x + id.y * GRID_ROW;
    if i >= params.size {
        return;
    }
    rows[i] = table[ids[i / params.width] * params.width + i % params.width];
}
