// Rotary embedding of `x` [pos, head, d_head] with `cos`, `sin` [pos, rotary_dim]: x·cos + rotate(x)·sin,
// where a pair (u, v) of coordinates rotates to (−v, u). The others pass through.

struct Params {
    size: u32,
    heads: u32,
    d_head: u32,
    rotary_dim: u32,
    adjacent_pairs: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> cosines: array<f32>;
@group(0) @binding(3) var<storage, read> sines: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

// One axis of the grid holds at most 65,535 workgroups of 64; more elements go on along the second.
const GRID_ROW: u32 = 65535 * 64;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x + id.y * GRID_ROW;
    if i >= params.size {
        return;
    }
    let coordinate = i % params.d_head;
    if coordinate >= params.rotary_dim {
        y[i] = x[i];
        return;
    }
    let first_of_head = i - coordinate;
    let half = params.rotary_dim / 2;
    // The other coordinate of the pair, and whether this one is its first.
    var partner = coordinate ^ 1;
    var is_first = coordinate % 2 == 0;
    if params.adjacent_pairs == 0 {
        is_first = coordinate < half;
        partner = select(coordinate - half, coordinate + half, is_first);
    }
    let other = x[first_of_head + partner];
    let angle = i / (params.heads * params.d_head) * params.rotary_dim + coordinate;
    y[i] = x[i] * cosines[angle] + select(other, -other, is_first) * sines[angle];
}
