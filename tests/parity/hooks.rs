//! Unedited runs: every tensor that TransformerLens records.

use glasshouse_tensor::Backend;
use glasshouse_tests::{Findings, Golden, on_both_engines, run};

use crate::TOLERANCE;

/// How far a fused path may be from the watched one: the order of a few sums.
const FUSED: f32 = 1e-5;

on_both_engines!(
    every_hook_of_every_model,
    one_hook_at_a_time_is_the_same_as_all,
    logits_alone,
);

/// Everything captured at once: every unfused path.
fn every_hook_of_every_model(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        let points = golden.config.hook_points();
        let run = run(backend, &transformer, &golden.tokens, &points, &[], None)
            .unwrap_or_else(|e| panic!("{}: {e}", golden.id));
        let fired: Vec<_> = run.captured.iter().map(|(point, _)| *point).collect();
        findings.holds(
            &format!("{}: hooks fire in order", golden.id),
            fired == points,
        );
        for ((point, got), (name, shape)) in run.captured.iter().zip(&golden.hooks) {
            let what = format!("{} {point}", golden.id);
            findings.holds(
                &format!("{what}: shape {:?}", got.shape()),
                got.shape() == shape,
            );
            findings.close(&what, got, &golden.activations[name], TOLERANCE);
        }
        let what = format!("{} logits", golden.id);
        findings.close(&what, &run.logits, &golden.activations["logits"], TOLERANCE);
    }
}

/// One hook captured, all else fused: the same values as in the run that captures all, and as there.
fn one_hook_at_a_time_is_the_same_as_all(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        let points = golden.config.hook_points();
        let capture = |wanted: &[_]| {
            run(backend, &transformer, &golden.tokens, wanted, &[], None)
                .unwrap_or_else(|e| panic!("{}: {e}", golden.id))
        };
        let all = capture(&points);
        for &point in &points {
            let one = capture(&[point]);
            let what = format!("{} {point} alone", golden.id);
            findings.holds(
                &format!("{what}: nothing else is captured"),
                one.captured.len() == 1,
            );
            findings.close(&what, one.at(point), all.at(point), FUSED);
            findings.close(&format!("{what}: logits"), &one.logits, &all.logits, FUSED);
            let reference = &golden.activations[&point.to_string()];
            findings.close(&what, one.at(point), reference, TOLERANCE);
        }
    }
}

/// Nobody looks: every fused path.
fn logits_alone(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        let run = run(backend, &transformer, &golden.tokens, &[], &[], None)
            .unwrap_or_else(|e| panic!("{}: {e}", golden.id));
        findings.holds(
            &format!("{}: nothing is captured", golden.id),
            run.captured.is_empty(),
        );
        findings.close(
            &golden.id,
            &run.logits,
            &golden.activations["logits"],
            TOLERANCE,
        );
    }
}
