// The k largest numbers of every row of `x` [rows, width], largest first, and their indices →
// `top` [rows, 2, k]. A workgroup has a row. Numbers are compared as bits, so infinities and NaN do no harm.

struct Params {
    rows: u32,
    width: u32,
    k: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> top: array<u32>;

const SIGN: u32 = 0x80000000;
const INFINITE: u32 = 0x7f800000;

// How many candidates have each value of the digit that is looked at.
var<workgroup> counts: array<atomic<u32>, 256>;
// The digit of the k-th largest; how many are wanted among those that share it so far; how many do.
var<workgroup> found: vec3u;
var<workgroup> kept: atomic<u32>;
var<workgroup> candidates: array<vec2u, 1024>;

// Two words that, compared one after the other, are larger for a larger number and, among equals, for a
// lower index.
fn candidate(start: u32, i: u32) -> vec2u {
    let bits = x[start + i];
    var rank = select(bits | SIGN, ~bits, (bits & SIGN) != 0);
    if bits == SIGN {
        rank = SIGN; // −0 is 0
    }
    if (bits & ~SIGN) > INFINITE {
        rank = 0; // NaN
    }
    return vec2u(rank, ~i);
}

fn at_least(a: vec2u, b: vec2u) -> bool {
    return a.x > b.x || (a.x == b.x && a.y >= b.y);
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) workgroup: vec3u,
    @builtin(local_invocation_index) invocation: u32,
) {
    // Rows are spread over two grid axes, because one axis holds at most 65,535 workgroups.
    let row = workgroup.x + workgroup.y * 65535;
    if row >= params.rows {
        return;
    }
    let start = row * params.width;

    // The k-th largest candidate, digit by digit of eight bits: four of the number, three of the index.
    var kth = vec2u();
    var known = vec2u();
    var wanted = params.k;
    for (var digit = 0u; digit < 7; digit++) {
        let of_number = digit < 4;
        let shift = select(48 - 8 * digit, 24 - 8 * digit, of_number);
        for (var i = invocation; i < 256; i += 64) {
            atomicStore(&counts[i], 0);
        }
        workgroupBarrier();
        for (var i = invocation; i < params.width; i += 64) {
            let c = candidate(start, i);
            if all((c & known) == kth) {
                atomicAdd(&counts[(select(c.y, c.x, of_number) >> shift) & 255], 1);
            }
        }
        workgroupBarrier();
        if invocation == 0 {
            var left = wanted;
            var value = 255u;
            var here = atomicLoad(&counts[value]);
            while here < left && value > 0 {
                left -= here;
                value--;
                here = atomicLoad(&counts[value]);
            }
            found = vec3u(value, left, here);
        }
        let chosen = workgroupUniformLoad(&found);
        kth |= select(vec2u(0, chosen.x << shift), vec2u(chosen.x << shift, 0), of_number);
        known |= select(vec2u(0, 255u << shift), vec2u(255u << shift, 0), of_number);
        wanted = chosen.y;
        if chosen.z == wanted {
            break; // all that share these digits are among the k largest
        }
    }
    if known.y != 0 {
        kth.y |= 0xff000000; // the complement of every index begins so
    }

    if invocation == 0 {
        atomicStore(&kept, 0);
    }
    workgroupBarrier();
    for (var i = invocation; i < params.width; i += 64) {
        let c = candidate(start, i);
        if at_least(c, kth) {
            let slot = atomicAdd(&kept, 1);
            if slot < params.k {
                candidates[slot] = c;
            }
        }
    }
    workgroupBarrier();
    for (var i = invocation; i < params.k; i += 64) {
        let c = candidates[i];
        var place = 0u;
        for (var j = 0u; j < params.k; j++) {
            if j != i && at_least(candidates[j], c) {
                place++;
            }
        }
        let index = ~c.y;
        top[row * 2 * params.k + place] = x[start + index];
        top[row * 2 * params.k + params.k + place] = bitcast<u32>(f32(index));
    }
}
