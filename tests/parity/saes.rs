//! Sparse autoencoders as SAELens 6.54 runs them: every architecture, edited, with and without error term.

use std::rc::Rc;

use glasshouse_hooks::{HookPoint, SaeSite};
use glasshouse_model::{AttachedSae, Look, Means, Runner};
use glasshouse_tensor::{Backend, HostTensor};
use glasshouse_tests::{Findings, Golden, GoldenSae, on_both_engines, run, wait};

use crate::TOLERANCE;

/// How far splicing alone may move anything, where the error term is on.
const NOTHING: f32 = 1e-5;

on_both_engines!(
    every_case_of_every_sae,
    with_its_error_term_it_changes_nothing,
    the_largest_features_are_those_of_the_capture,
    a_longer_text_reuses_a_shorter_one,
);

/// The runner of the model that `sae` belongs to, the SAE attached, and the model's input.
fn spliced<B: Backend>(backend: &B, sae: &GoldenSae) -> (Runner<B>, AttachedSae<B>, Golden) {
    let golden = Golden::open(&sae.model);
    let attached = AttachedSae {
        sae: Rc::new(sae.load(backend, &golden.config)),
        error_term: false,
    };
    let transformer = golden.transformer(backend);
    let runner = Runner::new(backend.clone(), transformer, Means::default());
    (runner, attached, golden)
}

fn look<B: Backend>(sae: &AttachedSae<B>, error_term: bool, wanted: Vec<HookPoint>) -> Look<B> {
    Look {
        wanted,
        top: Vec::new(),
        edits: Vec::new(),
        saes: vec![AttachedSae {
            error_term,
            ..sae.clone()
        }],
    }
}

fn every_case_of_every_sae(backend: &impl Backend) {
    let mut findings = Findings::default();
    for sae in GoldenSae::all() {
        let (mut runner, attached, golden) = spliced(backend, &sae);
        for (error_term, case) in &sae.cases {
            let wanted = case.expect.iter().filter_map(|(point, _)| *point);
            let look = Look {
                edits: case.edits.clone(),
                ..look(&attached, *error_term, wanted.collect())
            };
            let output = wait(runner.look(&golden.tokens, look))
                .unwrap_or_else(|e| panic!("{}, {}: {e}", sae.id, case.name));
            for (point, want) in &case.expect {
                let name = point.map_or("logits".into(), |point| point.to_string());
                let captured = output.captured.iter().find(|(at, _)| Some(*at) == *point);
                let got = match point {
                    None => &output.logits,
                    Some(_) => &captured.expect("what is wanted is captured").1,
                };
                let what = format!("{}, {}: {name}", sae.id, case.name);
                findings.close(&what, got, want, TOLERANCE);
            }
        }
    }
}

/// Nobody edits: the same logits as without it, whether its hooks are looked at or not.
fn with_its_error_term_it_changes_nothing(backend: &impl Backend) {
    let mut findings = Findings::default();
    for sae in GoldenSae::all() {
        let (mut runner, attached, golden) = spliced(backend, &sae);
        let transformer = runner.transformer();
        let clean =
            run(backend, transformer, &golden.tokens, &[sae.hook], &[], None).expect("runs");
        for sites in [
            &[][..],
            &[SaeSite::ActsPost],
            &[SaeSite::Output],
            &SaeSite::ALL,
        ] {
            let wanted = sites.iter().map(|&site| sae.hook.in_sae(site)).collect();
            let output =
                wait(runner.look(&golden.tokens, look(&attached, true, wanted))).expect("runs");
            let what = format!("{}, {sites:?} looked at", sae.id);
            findings.close(
                &format!("{what}: logits"),
                &output.logits,
                &clean.logits,
                NOTHING,
            );
            let end = output
                .captured
                .iter()
                .find(|(at, _)| *at == sae.hook.in_sae(SaeSite::Output));
            if let Some((_, end)) = end {
                findings.close(&what, end, clean.at(sae.hook), NOTHING);
            }
        }
    }
}

fn the_largest_features_are_those_of_the_capture(backend: &impl Backend) {
    let mut findings = Findings::default();
    for sae in GoldenSae::all() {
        let (mut runner, attached, golden) = spliced(backend, &sae);
        let features = sae.hook.in_sae(SaeSite::ActsPost);
        for k in [1, 7, 64] {
            let look = Look {
                top: vec![(features, k)],
                ..look(&attached, false, vec![features])
            };
            let output = wait(runner.look(&golden.tokens, look)).expect("runs");
            let (captured, top) = (&output.captured[0].1, &output.top[0].1);
            let want = largest(captured, k);
            findings.same(&format!("{}, {k} largest", sae.id), top, &want);
        }
        for k in [0, 65] {
            let look = Look {
                top: vec![(features, k)],
                ..look(&attached, false, vec![])
            };
            let refused = wait(runner.look(&golden.tokens, look)).map(|_| ());
            let code = refused.map_err(|error| error.code());
            findings.holds(
                &format!("{}: {k} largest are refused", sae.id),
                code == Err("bad-input"),
            );
        }
    }
}

/// By sorting, equals in the order of their indices.
fn largest(x: &HostTensor, k: usize) -> HostTensor {
    let (pos, width) = (x.shape()[0], x.shape()[1]);
    let mut top = Vec::new();
    for row in x.data().chunks(width) {
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
        top.extend(order[..k].iter().map(|&index| row[index]));
        top.extend(order[..k].iter().map(|&index| index as f32));
    }
    HostTensor::new([pos, 2, k], top).expect("k of each row")
}

/// Position by position as a reader types: the numbers of a full run, exactly so on the CPU.
fn a_longer_text_reuses_a_shorter_one(backend: &impl Backend) {
    let exact = backend.kind() == glasshouse_tensor::BackendKind::Cpu;
    let mut findings = Findings::default();
    for sae in GoldenSae::all() {
        let (mut runner, attached, golden) = spliced(backend, &sae);
        let points: Vec<_> = SaeSite::ALL.map(|site| sae.hook.in_sae(site)).to_vec();
        let wanted = |error_term| Look {
            top: vec![(points[2], 5)],
            ..look(&attached, error_term, points.clone())
        };
        for error_term in [false, true] {
            let n = golden.tokens.len();
            for length in [n - 4, n - 1, n] {
                let ids = &golden.tokens[..length];
                let reused = wait(runner.look(ids, wanted(error_term))).expect("runs");
                let (mut fresh, ..) = spliced(backend, &sae);
                let full = wait(fresh.look(ids, wanted(error_term))).expect("runs");
                findings.holds(
                    "a prefix is reused",
                    length == n - 4 || reused.reused_positions > 0,
                );
                let pairs = reused.captured.iter().chain(&reused.top);
                for ((point, got), (_, want)) in pairs.zip(full.captured.iter().chain(&full.top)) {
                    let what = format!("{}, {length} positions: {point}", sae.id);
                    findings.close(&what, got, want, if exact { 0.0 } else { NOTHING });
                }
            }
        }
    }
}
