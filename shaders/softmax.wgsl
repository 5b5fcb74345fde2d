// Softmax over the rows of `scores` [rows, width]. A masked score is the bit pattern of −∞, compared
// as an integer: WGSL lets a compiler assume that no float is infinite. A row of masks becomes zeros.

struct Params {
    rows: u32,
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<u32>;
@group(0) @binding(2) var<storage, read_write> pattern: array<f32>;

const MASKED: u32 = 0xff800000;
const LOWEST: f32 = -3.4028234e38;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    let row = row_of(workgroup);
    if row >= params.rows {
        return;
    }
    let start = row * params.width;
    var largest = LOWEST;
    for (var i = invocation; i < params.width; i += 64) {
        let bits = scores[start + i];
        if bits != MASKED {
            largest = max(largest, bitcast<f32>(bits));
        }
    }
    largest = max_of_all(invocation, largest);
    var sum = 0.0;
    for (var i = invocation; i < params.width; i += 64) {
        let bits = scores[start + i];
        if bits != MASKED {
            sum += exp(bitcast<f32>(bits) - largest);
        }
    }
    sum = sum_of_all(invocation, sum);
    for (var i = invocation; i < params.width; i += 64) {
        let bits = scores[start + i];
        var probability = 0.0;
        if bits != MASKED {
            probability = exp(bitcast<f32>(bits) - largest) / sum;
        }
        pattern[start + i] = probability;
    }
}
