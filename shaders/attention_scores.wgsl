// `q` [query, head, d_head] · `k` [key, head, d_head]ᵀ · scale → `scores` [head, query, key]. Keys after
// the query are masked with −∞, which is written as bits: WGSL lets a compiler assume that no float is
// infinite, so no kernel ever holds one as a float.

struct Params {
    queries: u32,
    keys: u32,
    heads: u32,
    d_head: u32,
    scale: f32,
    causal: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<u32>;

const MASKED: u32 = 0xff800000;

fn left(head: u32, row: u32, inner: u32) -> vec4f {
    if row >= params.queries || inner >= params.d_head {
        return vec4f();
    }
    let at = (row * params.heads + head) * params.d_head + inner;
    if params.d_head % 4 == 0 {
        return q[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_head - inner); i++) {
        four[i] = q[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

fn right(head: u32, inner: u32, column: u32) -> vec4f {
    if inner >= params.d_head || column >= params.keys {
        return vec4f();
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.keys - column); i++) {
        let at = ((column + i) * params.heads + head) * params.d_head + inner;
        four[i] = k[at / 4][at % 4];
    }
    return four;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let first_column = workgroup.x * TILE;
    let first_row = workgroup.y * TILE;
    let head = workgroup.z;
    // The position of the tile's last query; a tile of later keys is masked without being computed.
    // The host sees to it that there are no fewer keys than queries where `causal`.
    let last_position = params.keys - params.queries + min(first_row + TILE, params.queries) - 1;
    let hidden = params.causal != 0 && first_column > last_position;
    let inner_length = select(params.d_head, 0, hidden);
    let product = product_tile(head, first_row, first_column, inner_length, local.xy);
    for (var i = 0u; i < 4; i++) {
        let row = first_row + local.y + 8 * i;
        if row >= params.queries {
            break;
        }
        let position = params.keys - params.queries + row;
        let column = first_column + local.x * 4;
        let at = (head * params.queries + row) * params.keys + column;
        for (var j = 0u; j < 4 && column + j < params.keys; j++) {
            let bits = bitcast<u32>(product[i][j] * params.scale);
            scores[at + j] = select(bits, MASKED, params.causal != 0 && column + j > position);
        }
    }
}
