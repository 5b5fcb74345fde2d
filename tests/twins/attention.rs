use glasshouse_tensor::{Attend, HostTensor};

use crate::twins::{EXACT, ROUNDING, SIZES, Twins};
use crate::{agree, on_all};

/// `[queries, keys, heads, d_head]`: whole texts, suffixes of a text whose prefix is remembered, and
/// every size of head.
fn shapes(twins: &mut Twins) -> Vec<[usize; 4]> {
    let mut shapes = Vec::new();
    for keys in SIZES {
        let d_head = [1, 3, 8, 20, 32, 64, 65][twins.draw.below(7)];
        shapes.push([keys, keys, 3, d_head]);
        shapes.push([1, keys, 2, d_head]);
        shapes.push([1 + twins.draw.below(keys), keys, 2, d_head]);
    }
    shapes.push([17, 256, 1, 129]);
    shapes
}

fn attends(d_head: usize) -> [Attend; 3] {
    let scale = 1.0 / (d_head as f32).sqrt();
    [(scale, true), (scale, false), (1.0, true)].map(|(scale, causal)| Attend { scale, causal })
}

pub fn attention_scores(twins: &mut Twins) {
    for [queries, keys, heads, d_head] in shapes(twins) {
        let q = twins.draw.normal(&[queries, heads, d_head], 1.0);
        let k = twins.draw.normal(&[keys, heads, d_head], 1.0);
        for attend in attends(d_head) {
            let case = format!("q {:?}, k {:?}, {attend:?}", q.shape(), k.shape());
            agree!(twins, ROUNDING, case, [q, k], |b| b
                .attention_scores(q, k, attend));
        }
    }
}

pub fn softmax(twins: &mut Twins) {
    for width in SIZES {
        let queries = twins.size();
        let mut scores = twins.draw.normal(&[2, queries, width], 3.0);
        let case = format!("[2, {queries}, {width}]");
        agree!(twins, ROUNDING, case, [scores], |b| b.softmax(scores));
        // Masked anywhere, not only behind the diagonal: edits do that.
        for (i, score) in scores.data_mut().iter_mut().enumerate() {
            if i % 3 == 0 || i % 5 == 1 {
                *score = f32::NEG_INFINITY;
            }
        }
        scores.data_mut()[..width].fill(f32::NEG_INFINITY); // a row that sees nothing
        let case = format!("{case}, masks");
        agree!(twins, ROUNDING, case, [scores], |b| b.softmax(scores));
        let [_, cpu, gpu] = on_all!(twins, [scores], |b| b.softmax(scores));
        for (engine, pattern) in [("CPU", cpu), ("GPU", gpu)] {
            let blind = pattern.data()[..width].iter().all(|&p| p == 0.0);
            twins.holds(
                &format!("{case}: a row of −∞ is zeros on the {engine}"),
                blind,
            );
            let masked = scores.data().iter().zip(pattern.data());
            let hidden = masked
                .into_iter()
                .all(|(&s, &p)| s != f32::NEG_INFINITY || p == 0.0);
            twins.holds(
                &format!("{case}: what is masked is 0 on the {engine}"),
                hidden,
            );
        }
    }
    // Only an edit can bring these: `scale` −1 turns a mask into +∞, which has no softmax.
    for odd in [f32::INFINITY, f32::NAN] {
        for place in [0, 63, 64, 128] {
            let mut scores = twins.draw.normal(&[1, 3, 129], 1.0);
            scores.data_mut()[129 + place] = odd;
            let case = format!("{odd} at {place}");
            agree!(twins, ROUNDING, case, [scores], |b| b.softmax(scores));
        }
    }
    for magnitude in [1e2, 1e4, 1e30] {
        let scores = twins.draw.normal(&[3, 17, 65], magnitude);
        let case = format!("scores of magnitude {magnitude:e}");
        agree!(twins, ROUNDING, case, [scores], |b| b.softmax(scores));
    }
    for level in [0.0, -3e38, 3e38, 88.8, -104.0] {
        let mut scores = HostTensor::zeros([2, 3, 64]);
        scores.data_mut().fill(level);
        let case = format!("all scores {level:e}");
        agree!(twins, ROUNDING, case, [scores], |b| b.softmax(scores));
    }
    let scores = twins.draw.normal(&[5, 59], 1.0);
    agree!(twins, ROUNDING, "two axes", [scores], |b| b.softmax(scores));
}

pub fn mix_values(twins: &mut Twins) {
    for [queries, keys, heads, d_head] in shapes(twins) {
        // Any numbers: an edited pattern need not sum to 1.
        let pattern = twins.draw.normal(&[heads, queries, keys], 1.0);
        let v = twins.draw.normal(&[keys, heads, d_head], 1.0);
        let case = format!("pattern {:?}, v {:?}", pattern.shape(), v.shape());
        agree!(twins, ROUNDING, case, [pattern, v], |b| b
            .mix_values(pattern, v));
    }
    let pattern = HostTensor::zeros([2, 17, 37]);
    let v = twins.draw.normal(&[37, 2, 8], 1.0);
    agree!(twins, EXACT, "attending to nothing", [pattern, v], |b| b
        .mix_values(pattern, v));
}

pub fn attention(twins: &mut Twins) {
    for [queries, keys, heads, d_head] in shapes(twins) {
        let q = twins.draw.normal(&[queries, heads, d_head], 1.0);
        let k = twins.draw.normal(&[keys, heads, d_head], 1.0);
        let v = twins.draw.normal(&[keys, heads, d_head], 1.0);
        for attend in attends(d_head) {
            let case = format!("q {:?}, k {:?}, {attend:?}", q.shape(), k.shape());
            agree!(twins, ROUNDING, case, [q, k, v], |b| b
                .attention(q, k, v, attend));
        }
    }
    // Scores up to some thousands: one key takes all.
    let q = twins.draw.normal(&[65, 2, 32], 20.0);
    let k = twins.draw.normal(&[65, 2, 32], 20.0);
    let v = twins.draw.normal(&[65, 2, 32], 1.0);
    let [attend, _, _] = attends(32);
    // A score of 2,000 has an ulp of 1.2e-4, which a close second key feels.
    agree!(twins, 2e-4, "large scores", [q, k, v], |b| b
        .attention(q, k, v, attend));
    // Scores that rise along the keys, and that fall: a running maximum must keep up.
    for direction in [1.0, -1.0] {
        let ramp = (0..129).map(|key| direction * key as f32).collect();
        let k = HostTensor::new([129, 1, 1], ramp).expect("129 keys");
        let q = twins.draw.uniform(&[129, 1, 1], 0.5, 1.0);
        let v = twins.draw.normal(&[129, 1, 1], 1.0);
        let case = format!("scores in order, direction {direction}");
        let attend = Attend {
            scale: 1.0,
            causal: true,
        };
        agree!(twins, ROUNDING, case, [q, k, v], |b| b
            .attention(q, k, v, attend));
    }
}
