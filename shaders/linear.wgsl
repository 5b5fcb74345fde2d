// `x` [pos, d_in] · `w` [d_in, d_out] + `b` [d_out].

struct Params {
    pos: u32,
    d_in: u32,
    d_out: u32,
    has_b: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn left(batch: u32, row: u32, inner: u32) -> vec4f {
    if row >= params.pos || inner >= params.d_in {
        return vec4f();
    }
    let at = row * params.d_in + inner;
    if params.d_in % 4 == 0 {
        return x[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_in - inner); i++) {
        four[i] = x[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

fn right(batch: u32, inner: u32, column: u32) -> vec4f {
    if inner >= params.d_in || column >= params.d_out {
        return vec4f();
    }
    let at = inner * params.d_out + column;
    if params.d_out % 4 == 0 {
        return w[at / 4];
    }
    var four = vec4f();
    for (var i = 0u; i < min(4, params.d_out - column); i++) {
        four[i] = w[(at + i) / 4][(at + i) % 4];
    }
    return four;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let first_column = workgroup.x * TILE;
    let first_row = workgroup.y * TILE;
    let product = product_tile(0, first_row, first_column, params.d_in, local.xy);
    for (var i = 0u; i < 4; i++) {
        let row = first_row + local.y + 8 * i;
        if row >= params.pos {
            break;
        }
        let column = first_column + local.x * 4;
        for (var j = 0u; j < 4 && column + j < params.d_out; j++) {
            var sum = product[i][j];
            if params.has_b != 0 {
                sum += b[column + j];
            }
            y[row * params.d_out + column + j] = sum;
        }
    }
}
