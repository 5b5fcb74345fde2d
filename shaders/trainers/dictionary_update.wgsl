// One step of Adam for a dictionary, from what `dictionary_rows.wgsl` left: a workgroup for each feature, and one for
// b_dec and the loss; after `row_reduction.wgsl`.

struct Params {
    d_in: u32,
    d_sae: u32,
    batch: u32,
    frozen_decoder: u32,
    // rate / (1 − β₁ᵗ)
    rate: f32,
    // √(1 − β₂ᵗ)
    root_correction: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> work: array<f32>;
// Loss; steps since each feature fired; parameters: encoder and decoder [d_sae, d_in], b_enc, b_dec; their first
// moments, their second; gradient by the decoder.
@group(0) @binding(2) var<storage, read_write> state: array<f32>;

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

fn parameters() -> u32 {
    return 2 * params.d_sae * params.d_in + params.d_sae + params.d_in;
}

fn descend(at: u32, slope: f32) {
    let p = 1 + params.d_sae + at;
    let m = p + parameters();
    let v = m + parameters();
    let first = BETA_1 * state[m] + (1.0 - BETA_1) * slope;
    let second = BETA_2 * state[v] + (1.0 - BETA_2) * (slope * slope);
    state[m] = first;
    state[v] = second;
    state[p] -= params.rate * (first / (sqrt(second) / params.root_correction + EPSILON));
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    let feature = row_of(workgroup);
    let width = params.d_in;
    let count = params.d_sae;
    if feature > count {
        return;
    }
    let size = count * width;
    let stride = 3 * width + 2 * count + 1;
    let end = params.batch * stride;
    if feature == count {
        for (var d = invocation; d < width; d += 64) {
            var slope = 0.0;
            for (var row = 0u; row < end; row += stride) {
                slope += work[row + 2 * width + d];
            }
            descend(2 * size + count + d, slope);
        }
        if invocation == 0 {
            var loss = 0.0;
            for (var row = 0u; row < end; row += stride) {
                loss += work[row + stride - 1];
            }
            state[0] = loss;
        }
        return;
    }

    let own = feature * width;
    let decoder = 1 + count + size + own;
    let gradient = 1 + count + 3 * parameters() + own;
    let f = 3 * width + feature;
    var along = 0.0;
    for (var d = invocation; d < width; d += 64) {
        var by_decoder = 0.0;
        var by_encoder = 0.0;
        for (var row = 0u; row < end; row += stride) {
            if work[row + f] > 0.0 {
                by_decoder += work[row + f] * work[row + d];
                by_encoder += work[row + f + count] * work[row + width + d];
            }
        }
        descend(own + d, by_encoder);
        state[gradient + d] = by_decoder;
        along += by_decoder * state[decoder + d];
    }
    if invocation == 0 {
        var silent = state[1 + feature] + 1.0;
        var slope = 0.0;
        for (var row = 0u; row < end; row += stride) {
            if work[row + f] > 0.0 {
                silent = 0.0;
                slope += work[row + f + count];
            }
        }
        state[1 + feature] = silent;
        descend(2 * size + feature, slope);
    }
    if params.frozen_decoder == 1 {
        return;
    }
    // Along a row only its length would change, which is put back anyway.
    along = sum_of_all(invocation, along);
    var square = 0.0;
    for (var d = invocation; d < width; d += 64) {
        descend(size + own + d, state[gradient + d] - along * state[decoder + d]);
        square += state[decoder + d] * state[decoder + d];
    }
    let length = sqrt(sum_of_all(invocation, square));
    for (var d = invocation; d < width; d += 64) {
        if length > 0.0 {
            state[decoder + d] /= length;
        }
    }
}
