//! What comes later changes nothing earlier.

use glasshouse_hooks::Axis;
use glasshouse_tensor::{Backend, HostTensor};
use glasshouse_tests::{Findings, Golden, Run, cpu, gpu, run};

/// The first `count` positions of a captured tensor; of patterns, the first queries and keys.
fn beginning(axes: &[Axis], tensor: &HostTensor, count: usize) -> HostTensor {
    let shape = tensor.shape();
    let rows = |tensor: &[f32], width: usize| tensor[..count * width].to_vec();
    if axes[0] == Axis::Position {
        let width = shape[1..].iter().product();
        let shape: Vec<usize> = [&[count], &shape[1..]].concat();
        return HostTensor::new(shape, rows(tensor.data(), width)).expect("fits");
    }
    let (queries, keys) = (shape[1], shape[2]);
    let heads = tensor.data().chunks(queries * keys);
    let corner = heads.flat_map(|head| {
        head.chunks(keys)
            .take(count)
            .flat_map(|row| row[..count].iter().copied())
    });
    HostTensor::new([shape[0], count, count], corner.collect()).expect("fits")
}

fn capture_all<B: Backend>(backend: &B, golden: &Golden, ids: &[u32]) -> Run {
    let points = golden.config.hook_points();
    run(
        backend,
        &golden.transformer(backend),
        ids,
        &points,
        &[],
        None,
    )
    .expect("the model runs")
}

/// Compares the first `count` positions of two runs.
fn compare(findings: &mut Findings, what: &str, [a, b]: [&Run; 2], count: usize, tolerance: f32) {
    for ((point, a), (_, b)) in a.captured.iter().zip(&b.captured) {
        let axes = point.site().axes();
        let (a, b) = (beginning(axes, a, count), beginning(axes, b, count));
        findings.close(&format!("{what} {point}"), &a, &b, tolerance);
    }
    let axes = [Axis::Position];
    let (a, b) = (
        beginning(&axes, &a.logits, count),
        beginning(&axes, &b.logits, count),
    );
    findings.close(&format!("{what} logits"), &a, &b, tolerance);
}

fn later_tokens_change_nothing_earlier(backend: &impl Backend, tolerance: f32) {
    let mut findings = Findings::default();
    for golden in Golden::all()
        .iter()
        .filter(|golden| golden.config.attend.causal)
    {
        let whole = capture_all(backend, golden, &golden.tokens);
        for changed in 1..golden.tokens.len() {
            let mut tokens = golden.tokens.clone();
            tokens[changed] = (tokens[changed] + 1) % golden.config.d_vocab as u32;
            let other = capture_all(backend, golden, &tokens);
            let what = format!("{}, token {changed} changed,", golden.id);
            compare(&mut findings, &what, [&whole, &other], changed, tolerance);
            // The text as it was when this was its end.
            let shorter = capture_all(backend, golden, &golden.tokens[..changed]);
            let what = format!("{}, first {changed} tokens,", golden.id);
            compare(&mut findings, &what, [&whole, &shorter], changed, tolerance);
        }
    }
}

mod cpu_engine {
    /// Bit for bit: this is why reusing a prefix is exact.
    #[test]
    fn later_tokens_change_nothing_earlier() {
        super::later_tokens_change_nothing_earlier(&super::cpu(), 0.0);
    }
}

mod gpu_engine {
    #[test]
    fn later_tokens_change_nothing_earlier() {
        super::later_tokens_change_nothing_earlier(&super::gpu(), 1e-5);
    }
}

/// The control of the law above: without a mask it does not hold.
#[test]
fn without_a_mask_later_tokens_change_everything() {
    let golden = Golden::open("bidirectional-rms-gelu");
    let whole = capture_all(&cpu(), &golden, &golden.tokens);
    let mut tokens = golden.tokens.clone();
    *tokens.last_mut().expect("there are tokens") += 1;
    let other = capture_all(&cpu(), &golden, &tokens);
    let axes = [Axis::Position];
    let (a, b) = (
        beginning(&axes, &whole.logits, 1),
        beginning(&axes, &other.logits, 1),
    );
    assert!(a.max_abs_diff(&b).expect("same shape") > 0.0);
}
