// What each head writes: `z` [pos, head, d_head] · `w_o` [head, d_head, d_model] → [pos, head, d_model],
// a matrix product per head.

struct Params {
    pos: u32,
    heads: u32,
    d_head: u32,
    d_model: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> w_o: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> results: array<f32>;

fn left(head: u32, row: u32, inner: u32) -> vec4f {
    if row >= params.pos || inner >= params.d_head {
        return vec4f();
    }
    let at = (row * params.heads + head) * params.d_head + inner;
    if params.d_head % 4 == 0 {
        return z[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_head - inner); i++) {
        four[i] = z[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

fn right(head: u32, inner: u32, column: u32) -> vec4f {
    if inner >= params.d_head || column >= params.d_model {
        return vec4f();
    }
    let at = (head * params.d_head + inner) * params.d_model + column;
    if params.d_model % 4 == 0 {
        return w_o[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_model - column); i++) {
        four[i] = w_o[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let first_column = workgroup.x * TILE;
    let first_row = workgroup.y * TILE;
    let head = workgroup.z;
    let product = product_tile(head, first_row, first_column, params.d_head, local.xy);
    for (var i = 0u; i < 4; i++) {
        let row = first_row + local.y + 8 * i;
        if row >= params.pos {
            break;
        }
        let column = first_column + local.x * 4;
        let at = (row * params.heads + head) * params.d_model + column;
        for (var j = 0u; j < 4 && column + j < params.d_model; j++) {
            results[at + j] = product[i][j];
        }
    }
}
