// A batch through a dictionary in training, a row to each workgroup; after `row_reduction.wgsl`. With
// `dictionary_update.wgsl` the twin of crates/toys/src/dictionary: the same up to the order of sums.

struct Params {
    d_in: u32,
    d_sae: u32,
    batch: u32,
    // Where in `batches` this one begins.
    first: u32,
    // 0 where there is no such bound.
    k: u32,
    lambda: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> batches: array<f32>;
// As in `dictionary_update.wgsl`.
@group(0) @binding(2) var<storage, read> state: array<f32>;
// Of every row: gradient by the reconstruction, what is encoded, gradient by b_dec; features; gradient by their
// pre-activations; loss.
@group(0) @binding(3) var<storage, read_write> work: array<f32>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    let row = row_of(workgroup);
    if row >= params.batch {
        return;
    }
    let width = params.d_in;
    let count = params.d_sae;
    let encoder = 1 + count;
    let decoder = encoder + count * width;
    let b_enc = decoder + count * width;
    let b_dec = b_enc + count;
    let x = params.first + row * width;
    let residual = row * (3 * width + 2 * count + 1);
    let centred = residual + width;
    let shift = centred + width;
    let features = shift + width;
    let slopes = features + count;
    let share = 1.0 / f32(params.batch);

    for (var d = invocation; d < width; d += 64) {
        work[centred + d] = batches[x + d] - state[b_dec + d];
    }
    storageBarrier();
    workgroupBarrier();
    for (var j = invocation; j < count; j += 64) {
        var pre = state[b_enc + j];
        for (var d = 0u; d < width; d++) {
            pre += work[centred + d] * state[encoder + j * width + d];
        }
        work[features + j] = select(0.0, pre, pre > 0.0);
    }
    if params.k > 0 {
        // The bits of numbers that are not negative are in the numbers' order: those of the k-th largest, one by one.
        var kth = 0u;
        for (var bit = 0x40000000u; bit > 0; bit >>= 1) {
            var above = 0.0;
            for (var j = invocation; j < count; j += 64) {
                above += select(0.0, 1.0, bitcast<u32>(work[features + j]) >= (kth | bit));
            }
            if sum_of_all(invocation, above) >= f32(params.k) {
                kth |= bit;
            }
        }
        var above = 0.0;
        for (var j = invocation; j < count; j += 64) {
            above += select(0.0, 1.0, bitcast<u32>(work[features + j]) > kth);
        }
        above = sum_of_all(invocation, above);
        storageBarrier();
        for (var j = invocation; j < count; j += 64) {
            let bits = bitcast<u32>(work[features + j]);
            // Of those that tie for the last place the first.
            var place = above;
            for (var i = 0u; kth > 0 && bits == kth && i < j; i++) {
                place += select(0.0, 1.0, bitcast<u32>(work[features + i]) == kth);
            }
            let stays = bits > kth || (bits == kth && place < f32(params.k));
            work[slopes + j] = select(0.0, work[features + j], stays);
        }
        storageBarrier();
        workgroupBarrier();
        for (var j = invocation; j < count; j += 64) {
            work[features + j] = work[slopes + j];
        }
    }
    storageBarrier();
    workgroupBarrier();

    var loss = 0.0;
    for (var d = invocation; d < width; d += 64) {
        var wrong = state[b_dec + d] - batches[x + d];
        for (var j = 0u; j < count; j++) {
            let f = work[features + j];
            if f > 0.0 {
                wrong += f * state[decoder + j * width + d];
            }
        }
        loss += wrong * wrong;
        work[residual + d] = 2.0 * share * wrong;
    }
    storageBarrier();
    workgroupBarrier();
    for (var j = invocation; j < count; j += 64) {
        let f = work[features + j];
        var slope = 0.0;
        if f > 0.0 {
            loss += params.lambda * f;
            slope = params.lambda * share;
            for (var d = 0u; d < width; d++) {
                slope += work[residual + d] * state[decoder + j * width + d];
            }
        }
        work[slopes + j] = slope;
    }
    loss = sum_of_all(invocation, loss);
    if invocation == 0 {
        work[slopes + count] = share * loss;
    }
    storageBarrier();
    workgroupBarrier();
    for (var d = invocation; d < width; d += 64) {
        var sum = work[residual + d];
        for (var j = 0u; j < count; j++) {
            let slope = work[slopes + j];
            if slope != 0.0 {
                sum -= slope * state[encoder + j * width + d];
            }
        }
        work[shift + d] = sum;
    }
}
