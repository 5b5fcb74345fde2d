// Trains toy models of superposition, one to each workgroup, `steps` steps of AdamW at a time; after
// `row_reduction.wgsl`. The twin of crates/toys/src/superposition: the same data bit by bit, the same
// gradient up to the order of its sums.

struct Params {
    models: u32,
    n: u32,
    m: u32,
    batch: u32,
    first_step: u32,
    steps: u32,
    // Where in `sizes` the first step stands.
    first_size: u32,
    tied: u32,
    relu: u32,
    absolute: u32,
    // 0 none, 1 correlated, 2 anticorrelated
    correlation: u32,
    fixed_data: u32,
    // Whether the sum of losses starts anew.
    restart: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// Of every model: seed; gates, as in `words.rs`: length of `alone`, length of `first`, start and length
// of `second`; the bits of n importances.
@group(0) @binding(1) var<storage, read> models: array<u32>;
// Of every step: 1 − rate · decay, rate / (1 − β₁ᵗ), √(1 − β₂ᵗ).
@group(0) @binding(2) var<storage, read> sizes: array<f32>;
// All models' parameters with the sum of losses and whether they diverged; their moments; their
// gradients; their samples.
@group(0) @binding(3) var<storage, read_write> state: array<f32>;

// Samples at once: four to an invocation, the words of one counter.
const CHUNK = 256u;
const TRAINING = 1u;
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
// The exponent of everything that is not finite.
const NOT_FINITE: u32 = 0x7f800000;

// A round of Threefry: two pairs of words, each turned by its own count.
fn mix(words: vec4u, first: u32, second: u32) -> vec4u {
    let a = words.x + words.y;
    let c = words.z + words.w;
    let b = ((words.y << first) | (words.y >> (32 - first))) ^ a;
    let d = ((words.w << second) | (words.w >> (32 - second))) ^ c;
    // The other pairs in the next round.
    return vec4u(a, d, c, b);
}

// Threefry 4×32 with 13 rounds under the key [seed, TRAINING, 0, 0].
fn threefry(counter: vec4u, seed: u32) -> vec4u {
    let parity = 0x1BD11BDA ^ seed ^ TRAINING;
    var words = counter + vec4u(seed, TRAINING, 0, 0);
    words = mix(mix(mix(mix(words, 10, 26), 11, 21), 13, 27), 23, 5) + vec4u(TRAINING, 0, 0, parity + 1);
    words = mix(mix(mix(mix(words, 6, 20), 17, 11), 25, 10), 18, 20) + vec4u(0, 0, parity, seed + 2);
    words = mix(mix(mix(mix(words, 10, 26), 11, 21), 13, 27), 23, 5) + vec4u(0, parity, seed, TRAINING + 3);
    // An odd number of rounds leaves the pairs exchanged.
    return mix(words, 6, 20).xwzy;
}

// Every step from word to value is exact.
fn values(words: vec4u) -> vec4f {
    let spread = words * 0x9E3779B9u;
    if params.absolute == 1 {
        return vec4f(vec4i(spread >> vec4u(7)) - vec4i(16777216)) / 16777216.0;
    }
    return vec4f(spread >> vec4u(8)) / 16777216.0;
}

fn load(at: u32) -> vec4f {
    return vec4f(state[at], state[at + 64], state[at + 128], state[at + 192]);
}

fn store(at: u32, x: vec4f) {
    state[at] = x.x;
    state[at + 64] = x.y;
    state[at + 128] = x.z;
    state[at + 192] = x.w;
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    let model = row_of(workgroup);
    if model >= params.models {
        return;
    }
    let n = params.n;
    let m = params.m;
    let weights = m * n;
    let tied = params.tied == 1;
    let parameters = select(2 * weights, weights, tied) + n;

    let own = model * (parameters + 2);
    let bias = own + parameters - n;
    let moments = params.models * (parameters + 2) + model * 2 * parameters;
    let gradient = params.models * (3 * parameters + 2) + model * parameters;
    let x = params.models * (4 * parameters + 2) + model * 2 * (n + m) * CHUNK;
    let d_out = x + n * CHUNK;
    let h = d_out + n * CHUNK;
    let d_h = h + m * CHUNK;
    // The decoder's weight from k to i stands at decoder + i · over_i + k · over_k.
    let decoder = own + select(weights, 0, tied);
    let over_i = select(m, 1, tied);
    let over_k = select(1, n, tied);

    let settings = model * (5 + n);
    let seed = models[settings];
    let terms = f32(params.batch) * f32(n);
    let counters = (params.batch + 31) / 32 * 8;

    var diverged = state[own + parameters + 1];
    var loss_sum = select(state[own + parameters], 0.0, params.restart == 1);
    for (var step = 0u; step < params.steps; step++) {
        for (var p = invocation; p < parameters; p += 64) {
            state[gradient + p] = 0.0;
        }
        var loss = 0.0;
        for (var first = 0u; first < counters; first += 64) {
            let counter = first + invocation;
            let sample = vec4u(0, 8, 16, 24) + counter / 8 * 32 + counter % 8;
            let live = select(vec4f(0), vec4f(1), sample < vec4u(params.batch));

            let data_step = select(params.first_step + step, 0, params.fixed_data == 1);
            var gating = vec4u(0);
            for (var i = 0u; i < n; i++) {
                let words = threefry(vec4u(counter, i, data_step, 0), seed);
                let paired = params.correlation != 0 && (i ^ 1) < n;
                if !paired || i % 2 == 0 {
                    gating = words;
                }
                var from_word = 0u;
                var length = models[settings + 1];
                if paired && params.correlation == 2 {
                    if i % 2 == 0 {
                        length = models[settings + 2];
                    } else {
                        from_word = models[settings + 3];
                        length = models[settings + 4];
                    }
                }
                let on = (gating - vec4u(from_word)) <= vec4u(length);
                store(x + i * CHUNK + invocation, select(vec4f(0), values(words), on));
            }
            for (var k = 0u; k < m; k++) {
                var sum = vec4f(0);
                for (var i = 0u; i < n; i++) {
                    sum += state[own + k * n + i] * load(x + i * CHUNK + invocation);
                }
                store(h + k * CHUNK + invocation, select(sum, max(sum, vec4f(0)), params.absolute == 1));
            }
            for (var i = 0u; i < n; i++) {
                var out = vec4f(state[bias + i]);
                for (var k = 0u; k < m; k++) {
                    out += state[decoder + i * over_i + k * over_k] * load(h + k * CHUNK + invocation);
                }
                let feature = load(x + i * CHUNK + invocation);
                let wanted = select(feature, abs(feature), params.absolute == 1);
                let given = select(out, max(out, vec4f(0)), params.relu == 1);
                let error = (given - wanted) * live;
                let importance = bitcast<f32>(models[settings + 5 + i]);
                loss += importance * dot(error, error);
                let slope = error * (2.0 * importance / terms);
                let open = (out > vec4f(0)) | vec4<bool>(params.relu == 0);
                store(d_out + i * CHUNK + invocation, select(vec4f(0), slope, open));
            }
            for (var k = 0u; k < m; k++) {
                var sum = vec4f(0);
                for (var i = 0u; i < n; i++) {
                    sum += state[decoder + i * over_i + k * over_k] * load(d_out + i * CHUNK + invocation);
                }
                let open = (load(h + k * CHUNK + invocation) > vec4f(0)) | vec4<bool>(params.absolute == 0);
                store(d_h + k * CHUNK + invocation, select(vec4f(0), sum, open));
            }
            storageBarrier();
            workgroupBarrier();

            let columns = min(64, counters - first);
            for (var p = invocation; p < parameters; p += 64) {
                var sum = 0.0;
                for (var j = 0u; j < CHUNK; j += 64) {
                    for (var column = j; column < j + columns; column++) {
                        if p >= parameters - n {
                            sum += state[d_out + (p + n - parameters) * CHUNK + column];
                        } else if p < weights {
                            let i = p % n * CHUNK + column;
                            let k = p / n * CHUNK + column;
                            sum += state[d_h + k] * state[x + i];
                            if tied {
                                sum += state[h + k] * state[d_out + i];
                            }
                        } else {
                            let i = (p - weights) / m * CHUNK + column;
                            let k = (p - weights) % m * CHUNK + column;
                            sum += state[d_out + i] * state[h + k];
                        }
                    }
                }
                state[gradient + p] += sum;
            }
            storageBarrier();
            workgroupBarrier();
        }
        loss = sum_of_all(invocation, loss) / terms;
        if (bitcast<u32>(loss) & NOT_FINITE) == NOT_FINITE {
            diverged = 1.0;
        }
        if diverged == 0.0 {
            loss_sum += loss;
            let size = 3 * (params.first_size + step);
            for (var p = invocation; p < parameters; p += 64) {
                let slope = state[gradient + p];
                let first = BETA_1 * state[moments + p] + (1.0 - BETA_1) * slope;
                let second = BETA_2 * state[moments + parameters + p] + (1.0 - BETA_2) * (slope * slope);
                state[moments + p] = first;
                state[moments + parameters + p] = second;
                let root = sqrt(second) / sizes[size + 2] + EPSILON;
                state[own + p] = state[own + p] * sizes[size] - sizes[size + 1] * (first / root);
            }
        }
        storageBarrier();
        workgroupBarrier();
    }
    if invocation == 0 {
        state[own + parameters] = loss_sum;
        state[own + parameters + 1] = diverged;
    }
}
