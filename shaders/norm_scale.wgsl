// `√(mean(x²) + eps)` of every row of `x` [pos, d], after centring where `centre` says so.

struct Params {
    pos: u32,
    d: u32,
    centre: u32,
    eps: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> scale: array<f32>;

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
    var square = 0.0;
    for (var i = invocation; i < params.d; i += 64) {
        let centred = x[start + i] - mean;
        square += centred * centred;
    }
    let total = sum_of_all(invocation, square);
    if invocation == 0 {
        scale[row] = sqrt(total / f32(params.d) + params.eps);
    }
}
