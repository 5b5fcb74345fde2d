// Softmax over the rows of `scores` [rows, width]. A masked score is the bit pattern of −∞, compared
// as an integer: WGSL lets a compiler assume that no float is infinite. A row of masks becomes zeros, and
// so does a row with NaN or +∞ in it, which only an edit can bring.

struct Params {
    rows: u32,
    width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<u32>;
@group(0) @binding(2) var<storage, read_write> pattern: array<f32>;

const MASKED: u32 = 0xff800000;
const LOWEST: f32 = -3.4028234e38;
// The exponent of everything that is not finite.
const NOT_FINITE: u32 = 0x7f800000;
// Above every score; stands for NaN and +∞ in the search for the largest.
const BLINDING: f32 = 3.4028234e38;

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
        if (bits & NOT_FINITE) != NOT_FINITE {
            largest = max(largest, bitcast<f32>(bits));
        } else if bits != MASKED {
            largest = BLINDING;
        }
    }
    largest = max_of_all(invocation, largest);
    let blind = largest == BLINDING;
    var sum = 0.0;
    for (var i = invocation; i < params.width; i += 64) {
        let bits = scores[start + i];
        if bits != MASKED && !blind {
            sum += exp(bitcast<f32>(bits) - largest);
        }
    }
    sum = sum_of_all(invocation, sum);
    for (var i = invocation; i < params.width; i += 64) {
        let bits = scores[start + i];
        var probability = 0.0;
        if bits != MASKED && !blind {
            probability = exp(bitcast<f32>(bits) - largest) / sum;
        }
        pattern[start + i] = probability;
    }
}
