// `pattern` [head, query, key] · `v` [key, head, d_head] → `z` [query, head, d_head], a matrix product
// per head. The whole pattern counts, above the diagonal too: it may have been edited.

struct Params {
    queries: u32,
    keys: u32,
    heads: u32,
    d_head: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pattern: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> z: array<f32>;

fn left(head: u32, row: u32, inner: u32) -> vec4f {
    if row >= params.queries || inner >= params.keys {
        return vec4f();
    }
    let at = (head * params.queries + row) * params.keys + inner;
    if params.keys % 4 == 0 {
        return pattern[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.keys - inner); i++) {
        four[i] = pattern[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

fn right(head: u32, inner: u32, column: u32) -> vec4f {
    if inner >= params.keys || column >= params.d_head {
        return vec4f();
    }
    let at = (inner * params.heads + head) * params.d_head + column;
    if params.d_head % 4 == 0 {
        return v[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_head - column); i++) {
        four[i] = v[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let first_column = workgroup.x * TILE;
    let first_row = workgroup.y * TILE;
    let head = workgroup.z;
    let product = product_tile(head, first_row, first_column, params.keys, local.xy);
    for (var i = 0u; i < 4; i++) {
        let row = first_row + local.y + 8 * i;
        if row >= params.queries {
            break;
        }
        let column = first_column + local.x * 4;
        let at = (row * params.heads + head) * params.d_head + column;
        for (var j = 0u; j < 4 && column + j < params.d_head; j++) {
            z[at + j] = product[i][j];
        }
    }
}
