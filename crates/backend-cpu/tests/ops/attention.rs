use glasshouse_backend_cpu::CpuTensor;
use glasshouse_tensor::{Attend, Backend, HostTensor, random::Stream};

use super::{CPU, assert_close, bits, exact, normal, numbers};

/// `[queries, keys, heads, d_head]`
const SHAPES: [[usize; 4]; 9] = [
    [1, 1, 1, 1],
    [1, 9, 2, 3],
    [5, 5, 3, 7],
    [7, 12, 2, 8],
    [8, 8, 1, 5],
    [13, 13, 4, 16],
    [6, 31, 2, 9],
    [33, 33, 2, 32],
    [59, 59, 8, 16],
];

struct Exact {
    scores: Vec<f64>,
    pattern: Vec<f64>,
    z: Vec<f64>,
}

fn definition(
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    attend: Attend,
    shape: [usize; 4],
) -> Exact {
    let [queries, keys, heads, d_head] = shape;
    let (q, k, v) = (exact(q), exact(k), exact(v));
    let at = |x: &[f64], position: usize, head: usize, i: usize| {
        x[(position * heads + head) * d_head + i]
    };
    let mut exact = Exact {
        scores: Vec::new(),
        pattern: Vec::new(),
        z: vec![0.0; queries * heads * d_head],
    };
    for head in 0..heads {
        for query in 0..queries {
            let position = keys - queries + query;
            let scores: Vec<f64> = (0..keys)
                .map(|key| {
                    if attend.causal && key > position {
                        return f64::NEG_INFINITY;
                    }
                    let dot = |i| at(&q, query, head, i) * at(&k, key, head, i);
                    f64::from(attend.scale) * (0..d_head).map(dot).sum::<f64>()
                })
                .collect();
            let weights: Vec<f64> = scores.iter().map(|score| score.exp()).collect();
            let total: f64 = weights.iter().sum();
            let pattern: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
            for i in 0..d_head {
                exact.z[(query * heads + head) * d_head + i] = (0..keys)
                    .map(|key| pattern[key] * at(&v, key, head, i))
                    .sum();
            }
            exact.scores.extend(scores);
            exact.pattern.extend(pattern);
        }
    }
    exact
}

fn for_every_case(stream: u64, mut check: impl FnMut([CpuTensor; 3], Attend, [usize; 4])) {
    let mut stream = Stream::new(2, stream);
    for shape @ [queries, keys, heads, d_head] in SHAPES {
        for causal in [true, false] {
            let q = normal(&mut stream, &[queries, heads, d_head]);
            let k = normal(&mut stream, &[keys, heads, d_head]);
            let v = normal(&mut stream, &[keys, heads, d_head]);
            let scale = 1.0 / (d_head as f32).sqrt();
            check([q, k, v], Attend { scale, causal }, shape);
        }
    }
}

#[test]
fn scores_pattern_and_values_are_as_defined() {
    for_every_case(0, |[q, k, v], attend, shape| {
        let [queries, keys, heads, d_head] = shape;
        let expected = definition(&q, &k, &v, attend, shape);
        let scores = CPU.attention_scores(&q, &k, attend).unwrap();
        assert_close(&scores, &[heads, queries, keys], &expected.scores, 2e-6);
        let pattern = CPU.softmax(&scores).unwrap();
        assert_close(&pattern, &[heads, queries, keys], &expected.pattern, 2e-6);
        let z = CPU.mix_values(&pattern, &v).unwrap();
        assert_close(&z, &[queries, heads, d_head], &expected.z, 2e-6);
        let fused = CPU.attention(&q, &k, &v, attend).unwrap();
        assert_eq!(CPU.shape(&fused), CPU.shape(&z));
        assert_eq!(bits(&fused), bits(&z), "fused and step by step, {shape:?}");
    });
}

#[test]
fn a_query_depends_on_itself_and_the_keys_it_sees() {
    for_every_case(1, |[q, k, v], attend, [queries, keys, heads, d_head]| {
        let whole = bits(&CPU.attention(&q, &k, &v, attend).unwrap());
        let scores = bits(&CPU.attention_scores(&q, &k, attend).unwrap());
        for first in 0..queries {
            // The last queries alone, as when a prefix is reused.
            let last = CPU.rows(&q, first, queries - first).unwrap();
            let z = bits(&CPU.attention(&last, &k, &v, attend).unwrap());
            assert_eq!(z, whole[first * heads * d_head..]);
            let part = bits(&CPU.attention_scores(&last, &k, attend).unwrap());
            for head in 0..heads {
                assert_eq!(
                    part[head * (queries - first) * keys..][..(queries - first) * keys],
                    scores[(head * queries + first) * keys..(head + 1) * queries * keys]
                );
            }
            if attend.causal && queries == keys {
                // The same queries before later positions were there.
                let count = first + 1;
                let [q, k, v] = [&q, &k, &v].map(|x| CPU.rows(x, 0, count).unwrap());
                let z = bits(&CPU.attention(&q, &k, &v, attend).unwrap());
                assert_eq!(z, whole[..count * heads * d_head]);
                let scores = CPU.attention_scores(&q, &k, attend).unwrap();
                let pattern = CPU.softmax(&scores).unwrap();
                assert_eq!(z, bits(&CPU.mix_values(&pattern, &v).unwrap()));
            }
        }
    });
}

fn softmax_of(row: &[f32]) -> Vec<f32> {
    let row = HostTensor::new([1, 1, row.len()], row.to_vec()).unwrap();
    numbers(&CPU.softmax(&CPU.upload(&row).unwrap()).unwrap())
}

#[test]
fn softmax_keeps_the_ends() {
    const MASKED: f32 = f32::NEG_INFINITY;
    for width in [1, 7, 8, 9, 20] {
        assert_eq!(softmax_of(&vec![MASKED; width]), vec![0.0; width]);
        // Masked keys in the middle are zeros, and change nothing behind them.
        let mut row = vec![MASKED; width];
        row[0] = 3.0;
        row[width - 1] = 3.0;
        let mut expected = vec![0.0; width];
        expected[0] = if width == 1 { 1.0 } else { 0.5 };
        expected[width - 1] = expected[0];
        assert_eq!(softmax_of(&row), expected);
    }
    assert_eq!(softmax_of(&[1e30, -1e30, 1e30]), [0.5, 0.0, 0.5]);
    // What is no number, or infinite, leaves a query that attends to nothing, as in TransformerLens.
    assert_eq!(softmax_of(&[1.0, f32::NAN]), [0.0; 2]);
    assert_eq!(softmax_of(&[f32::NAN; 9]), [0.0; 9]);
    assert_eq!(softmax_of(&[f32::INFINITY, 1.0, MASKED]), [0.0; 3]);
}

#[test]
fn a_pattern_above_the_diagonal_is_mixed_too() {
    // An edited pattern may look anywhere.
    let one = |at: usize| (0..40).map(move |key| if key == at { 1.0 } else { 0.0 });
    let pattern = one(39).chain(one(0)).chain(one(17)).collect::<Vec<f32>>();
    let pattern = CPU
        .upload(&HostTensor::new([1, 3, 40], pattern).unwrap())
        .unwrap();
    let v = normal(&mut Stream::new(2, 2), &[40, 1, 3]);
    let z = numbers(&CPU.mix_values(&pattern, &v).unwrap());
    let v = numbers(&v);
    assert_eq!(z, [&v[39 * 3..], &v[..3], &v[17 * 3..18 * 3]].concat());
}
