//! What an attention pattern is.

use glasshouse_hooks::{Edit, HookPoint, How, Site};
use glasshouse_tensor::{Backend, HostTensor};
use glasshouse_tests::{Findings, Golden, Run, on_both_engines, run};

on_both_engines!(
    rows_of_every_pattern_sum_to_one,
    what_lies_ahead_is_masked_with_minus_infinity,
    a_query_whose_scores_are_not_numbers_attends_to_nothing,
);

/// Scores and patterns of every layer.
fn look(backend: &impl Backend, golden: &Golden, edits: &[Edit]) -> Run {
    let points = golden.config.hook_points();
    let wanted: Vec<_> = points
        .into_iter()
        .filter(|point| matches!(point.site(), Site::AttnScores | Site::Pattern))
        .collect();
    let transformer = golden.transformer(backend);
    run(backend, &transformer, &golden.tokens, &wanted, edits, None).expect("the model runs")
}

fn rows(tensor: &HostTensor) -> impl Iterator<Item = &[f32]> {
    tensor.data().chunks(tensor.shape()[2])
}

fn rows_of_every_pattern_sum_to_one(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let run = look(backend, &golden, &[]);
        let patterns = run
            .captured
            .iter()
            .filter(|(point, _)| point.site() == Site::Pattern);
        for (point, pattern) in patterns {
            for row in rows(pattern) {
                let sum: f64 = row.iter().copied().map(f64::from).sum();
                let what = format!("{} {point}: {sum}", golden.id);
                findings.holds(&what, (sum - 1.0).abs() < 2e-6);
                findings.holds(
                    &what,
                    row.iter().all(|share| (0.0..=1.0 + 1e-6).contains(share)),
                );
            }
        }
    }
}

fn what_lies_ahead_is_masked_with_minus_infinity(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let causal = golden.config.attend.causal;
        let run = look(backend, &golden, &[]);
        for (point, tensor) in &run.captured {
            let masked = match point.site() {
                Site::AttnScores => f32::NEG_INFINITY,
                _ => 0.0,
            };
            let length = tensor.shape()[1];
            for (index, row) in rows(tensor).enumerate() {
                let query = index % length;
                let (seen, ahead) = row.split_at(if causal { query + 1 } else { length });
                let what = format!("{} {point}, query {query}", golden.id);
                findings.holds(&what, ahead.iter().all(|&number| number == masked));
                findings.holds(&what, seen.iter().all(|number| number.is_finite()));
            }
        }
    }
}

/// As in TransformerLens: `−1 · −∞ = ∞` has no softmax, so such a row is zeros. Only the last query of
/// a causal text masks nothing.
fn a_query_whose_scores_are_not_numbers_attends_to_nothing(backend: &impl Backend) {
    let mut findings = Findings::default();
    let golden = Golden::open("standard-ln-gelu");
    let turned_round = Edit {
        hook: HookPoint::block(0, Site::AttnScores),
        heads: None,
        positions: None,
        features: None,
        how: How::Scale,
        value: None,
        scale: Some(-1.0),
    };
    let run = look(backend, &golden, &[turned_round]);
    let pattern = run.at(HookPoint::block(0, Site::Pattern));
    let length = pattern.shape()[1];
    for (index, row) in rows(pattern).enumerate() {
        let query = index % length;
        let sum: f32 = row.iter().sum();
        let expected = if query + 1 == length { 1.0 } else { 0.0 };
        let what = format!("query {query}: the row sums to {sum}");
        findings.holds(&what, (sum - expected).abs() < 2e-6);
    }
    let finite = run.logits.data().iter().all(|logit| logit.is_finite());
    findings.holds("the logits are numbers", finite);
}
