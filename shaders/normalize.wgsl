// `(x − mean) / scale · w + b` of every row of `x` [pos, d], `scale` [pos, 1]; no mean unless `centre`.

struct Params {
    pos: u32,
    d: u32,
    centre: u32,
    has_w: u32,
    has_b: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> w: array<f32>;
@group(0) @binding(4) var<storage, read> b: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    let row = row_of(workgroup);
    if row >= params.pos {
        return;
    }
    let start = row * params.d;
    var mean = 0.0;
    if params.centre != 0 {
        var sum = 0.0;
        for (var i = invocation; i < params.d; i += 64) {
            sum += x[start + i];
        }
        mean = sum_of_all(invocation, sum) / f32(params.d);
    }
    for (var i = invocation; i < params.d; i += 64) {
        var normalized = (x[start + i] - mean) / scale[row];
        if params.has_w != 0 {
            normalized *= w[i];
        }
        if params.has_b != 0 {
            normalized += b[i];
        }
        y[start + i] = normalized;
    }
}
