// Scores, softmax and mixing in one, without the pattern ever leaving the workgroup: a workgroup of 64
// takes 16 queries of a head and 64 coordinates of its values, and goes through the keys 32 at a time
// with a running maximum and sum (Milakov and Gimelshein, "Online normalizer calculation for softmax",
// 2018). `q` [query, head, d_head], `k` and `v` [key, head, d_head] → `z` [query, head, d_head].

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
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> z: array<f32>;

const QUERIES: u32 = 16;
const KEYS: u32 = 32;
const WIDTH: u32 = 64;
// Coordinates per step of the scores; a row is four vectors and a fifth, which spreads the rows over
// the memory banks. So does the 33rd weight of a query.
const CHUNK: u32 = 16;
const CHUNK_STRIDE: u32 = 5;
const WEIGHT_STRIDE: u32 = 33;
// Below every finite score; stands for "masked" inside this kernel.
const LOWEST: f32 = -3.4028234e38;

var<workgroup> query_tile: array<vec4f, 80>;
var<workgroup> key_tile: array<vec4f, 160>;
var<workgroup> value_tile: array<vec4f, 512>;
var<workgroup> weight: array<f32, 528>;
var<workgroup> of_part: array<f32, 64>;

// Where a row of a head starts in `q`, `k` and `v`.
fn row_start(row: u32, head: u32) -> u32 {
    return (row * params.heads + head) * params.d_head;
}

fn query_four(row: u32, head: u32, column: u32) -> vec4f {
    if row >= params.queries || column >= params.d_head {
        return vec4f();
    }
    let at = row_start(row, head) + column;
    if params.d_head % 4 == 0 {
        return q[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_head - column); i++) {
        four[i] = q[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

fn key_four(row: u32, head: u32, column: u32) -> vec4f {
    if row >= params.keys || column >= params.d_head {
        return vec4f();
    }
    let at = row_start(row, head) + column;
    if params.d_head % 4 == 0 {
        return k[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_head - column); i++) {
        four[i] = k[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

fn value_four(row: u32, head: u32, column: u32) -> vec4f {
    if row >= params.keys || column >= params.d_head {
        return vec4f();
    }
    let at = row_start(row, head) + column;
    if params.d_head % 4 == 0 {
        return v[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_head - column); i++) {
        four[i] = v[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

// Writes the 16 × 32 scaled scores of this tile into `weight`: an invocation has two queries (8 apart)
// and four keys (8 apart).
fn score_tile(first_query: u32, first_key: u32, head: u32, invocation: u32) {
    let query = invocation / 8;
    let key = invocation % 8;
    var upper = vec4f();
    var lower = vec4f();
    for (var column = 0u; column < params.d_head; column += CHUNK) {
        query_tile[invocation / 4 * CHUNK_STRIDE + invocation % 4] =
            query_four(first_query + invocation / 4, head, column + invocation % 4 * 4);
        for (var slot = invocation; slot < 128; slot += 64) {
            key_tile[slot / 4 * CHUNK_STRIDE + slot % 4] =
                key_four(first_key + slot / 4, head, column + slot % 4 * 4);
        }
        workgroupBarrier();
        for (var four = 0u; four < 4; four++) {
            let key_0 = key_tile[key * CHUNK_STRIDE + four];
            let key_1 = key_tile[(key + 8) * CHUNK_STRIDE + four];
            let key_2 = key_tile[(key + 16) * CHUNK_STRIDE + four];
            let key_3 = key_tile[(key + 24) * CHUNK_STRIDE + four];
            let query_0 = query_tile[query * CHUNK_STRIDE + four];
            let query_1 = query_tile[(query + 8) * CHUNK_STRIDE + four];
            upper += vec4f(dot(query_0, key_0), dot(query_0, key_1), dot(query_0, key_2), dot(query_0, key_3));
            lower += vec4f(dot(query_1, key_0), dot(query_1, key_1), dot(query_1, key_2), dot(query_1, key_3));
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < 4; i++) {
        weight[query * WEIGHT_STRIDE + key + 8 * i] = upper[i] * params.scale;
        weight[(query + 8) * WEIGHT_STRIDE + key + 8 * i] = lower[i] * params.scale;
    }
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    let first_column = workgroup.x * WIDTH;
    let first_query = workgroup.y * QUERIES;
    let head = workgroup.z;
    // From here on an invocation has one query, a quarter of its keys and a quarter of its columns.
    let row = invocation / 4;
    let part = invocation % 4;
    let query = first_query + row;
    // How many keys the tile's last query and this query see. The host sees to it that there are no
    // fewer keys than queries where `causal`.
    var tile_sees = params.keys;
    var sees = params.keys;
    if params.causal != 0 {
        tile_sees = params.keys - params.queries + min(first_query + QUERIES, params.queries);
        sees = min(params.keys - params.queries + query + 1, params.keys);
    }

    var largest = LOWEST;
    var sum = 0.0;
    var z_0 = vec4f();
    var z_1 = vec4f();
    var z_2 = vec4f();
    var z_3 = vec4f();
    for (var first_key = 0u; first_key < tile_sees; first_key += KEYS) {
        for (var slot = invocation; slot < 512; slot += 64) {
            value_tile[slot] = value_four(first_key + slot / 16, head, first_column + slot % 16 * 4);
        }
        score_tile(first_query, first_key, head, invocation);
        workgroupBarrier();

        var tile_largest = LOWEST;
        for (var key = part; key < KEYS; key += 4) {
            if first_key + key < sees {
                tile_largest = max(tile_largest, weight[row * WEIGHT_STRIDE + key]);
            }
        }
        of_part[invocation] = tile_largest;
        workgroupBarrier();
        let first_part = row * 4;
        let new_largest = max(
            max(largest, max(of_part[first_part], of_part[first_part + 1])),
            max(of_part[first_part + 2], of_part[first_part + 3]),
        );
        let shrink = exp(largest - new_largest);
        largest = new_largest;
        sum *= shrink;
        for (var key = part; key < KEYS; key += 4) {
            var probability = 0.0;
            if first_key + key < sees {
                probability = exp(weight[row * WEIGHT_STRIDE + key] - largest);
            }
            weight[row * WEIGHT_STRIDE + key] = probability;
            sum += probability;
        }
        workgroupBarrier();

        z_0 *= shrink;
        z_1 *= shrink;
        z_2 *= shrink;
        z_3 *= shrink;
        for (var key = 0u; key < KEYS; key++) {
            let probability = weight[row * WEIGHT_STRIDE + key];
            z_0 += probability * value_tile[key * 16 + part];
            z_1 += probability * value_tile[key * 16 + 4 + part];
            z_2 += probability * value_tile[key * 16 + 8 + part];
            z_3 += probability * value_tile[key * 16 + 12 + part];
        }
        workgroupBarrier();
    }

    of_part[invocation] = sum;
    workgroupBarrier();
    let total = of_part[row * 4] + of_part[row * 4 + 1] + of_part[row * 4 + 2] + of_part[row * 4 + 3];
    if query >= params.queries {
        return;
    }
    // No key to see, nothing to mix: zeros, as softmax and mixing give.
    let factor = select(0.0, 1.0 / max(total, 1e-30), total > 0.0);
    let mixed = array<vec4f, 4>(z_0, z_1, z_2, z_3);
    for (var i = 0u; i < 4; i++) {
        let column = first_column + 16 * i + 4 * part;
        for (var j = 0u; j < 4 && column + j < params.d_head; j++) {
            z[row_start(query, head) + column + j] = mixed[i][j] * factor;
        }
    }
}
