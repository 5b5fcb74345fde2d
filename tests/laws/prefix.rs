//! Typing: a run that reuses what earlier runs computed has the numbers of a run from scratch, and
//! really reuses it.

use glasshouse_hooks::{Edit, EditValue, HookPoint, How, Site};
use glasshouse_model::{Means, Runner, Transformer};
use glasshouse_tensor::{Backend, HostTensor};
use glasshouse_tests::{Draw, Findings, Golden, cpu, gpu, run, wait};

use crate::models::{self, LARGER, LIKE_THE_SHIPPED, ROTARY};

/// A runner with a memory, and beside it the same model without one.
struct Typist<'f, B: Backend> {
    runner: Runner<B>,
    fresh: Transformer<B>,
    tolerance: f32,
    findings: &'f mut Findings,
}

impl<B: Backend> Typist<'_, B> {
    /// Runs `ids` both ways; all tensors must be equal and `reused` positions taken from memory.
    fn types(
        &mut self,
        what: &str,
        ids: &[u32],
        wanted: &[HookPoint],
        edits: &[Edit],
        reused: usize,
    ) {
        let what = format!("{what}, {} tokens", ids.len());
        let output =
            wait(self.runner.run(ids, wanted, edits)).unwrap_or_else(|e| panic!("{what}: {e}"));
        let backend = self.runner.backend().clone();
        let fresh = run(&backend, &self.fresh, ids, wanted, edits, None)
            .unwrap_or_else(|e| panic!("{what}: {e}"));
        let told = format!(
            "{what}: {} positions reused, not {reused}",
            output.reused_positions
        );
        self.findings
            .holds(&told, output.reused_positions == reused);
        let points = |captured: &[(HookPoint, HostTensor)]| -> Vec<_> {
            captured.iter().map(|(point, _)| *point).collect()
        };
        let same_points = points(&output.captured) == points(&fresh.captured);
        self.findings
            .holds(&format!("{what}: the same hooks are captured"), same_points);
        for ((point, got), (_, want)) in output.captured.iter().zip(&fresh.captured) {
            self.findings
                .close(&format!("{what} {point}"), got, want, self.tolerance);
        }
        self.findings.close(
            &format!("{what} logits"),
            &output.logits,
            &fresh.logits,
            self.tolerance,
        );
    }
}

/// Runs a law with a typist on each engine: bit for bit on the CPU.
macro_rules! typists {
    ($($law:ident),+ $(,)?) => {
        mod cpu_engine {
            $(#[test]
            fn $law() {
                super::$law(&super::cpu(), 0.0);
            })+
        }
        mod gpu_engine {
            $(#[test]
            fn $law() {
                super::$law(&super::gpu(), 1e-5);
            })+
        }
    };
}

typists!(
    every_reference_model_can_be_typed_into,
    a_long_text_is_edited_at_random,
    baseline_and_edited_runs_take_turns,
    edits_that_speak_of_the_whole_text_reuse_nothing,
    a_refused_run_leaves_no_trace,
);

fn common_prefix(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// How much of `before` can be reused for `ids`: the common prefix, but one position is always
/// computed unless nothing has changed.
fn reusable(before: &[u32], ids: &[u32]) -> usize {
    match before == ids {
        true => ids.len(),
        false => common_prefix(before, ids).min(ids.len() - 1),
    }
}

/// Token by token, then backwards, then with the middle replaced; every hook captured.
fn every_reference_model_can_be_typed_into(backend: &impl Backend, tolerance: f32) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let mut typist = Typist {
            runner: Runner::new(
                backend.clone(),
                golden.transformer(backend),
                Means::default(),
            ),
            fresh: golden.transformer(backend),
            tolerance,
            findings: &mut findings,
        };
        let all = golden.config.hook_points();
        let ids = &golden.tokens;
        let mut texts: Vec<Vec<u32>> = (1..=ids.len()).map(|n| ids[..n].to_vec()).collect();
        texts.push(ids.clone());
        texts.extend([ids.len() / 2, 1].map(|n| ids[..n.max(1)].to_vec()));
        let mut pasted = ids[..ids.len().div_ceil(2)].to_vec();
        pasted.extend(ids.iter().rev().take(ids.len() / 2));
        texts.push(pasted);
        let mut before: Vec<u32> = Vec::new();
        for text in &texts {
            let reused = match golden.config.attend.causal {
                true => reusable(&before, text),
                false => 0,
            };
            typist.types(&golden.id, text, &all, &[], reused);
            before.clone_from(text);
        }
    }
}

/// Forty random changes: typing at the end, deleting, pasting into the middle, starting anew.
fn a_long_text_is_edited_at_random(backend: &impl Backend, tolerance: f32) {
    let mut findings = Findings::default();
    for (seed, json) in [LARGER, LIKE_THE_SHIPPED, ROTARY].into_iter().enumerate() {
        let config = models::config(json);
        let mut typist = Typist {
            runner: Runner::new(
                backend.clone(),
                models::untrained(backend, json),
                Means::default(),
            ),
            fresh: models::untrained(backend, json),
            tolerance,
            findings: &mut findings,
        };
        let mut draw = Draw::new(seed as u64);
        let wanted: Vec<_> = config
            .hook_points()
            .into_iter()
            .filter(|point| matches!(point.site(), Site::Pattern | Site::Z | Site::ResidPost))
            .collect();
        let mut text = draw.ids(40, config.d_vocab);
        let mut before: Vec<u32> = Vec::new();
        let mut total = 0;
        for step in 0..40 {
            let reused = reusable(&before, &text);
            total += reused;
            typist.types(
                &format!("model {seed}, step {step}"),
                &text,
                &wanted,
                &[],
                reused,
            );
            before.clone_from(&text);
            match draw.below(8) {
                0..=3 => text.extend(draw.ids(1, config.d_vocab)),
                4 => text.truncate(1 + draw.below(text.len())),
                5 | 6 => {
                    let place = draw.below(text.len());
                    let pasted = draw.ids(5, config.d_vocab);
                    text.splice(place..place, pasted);
                }
                _ => text[0] = (text[0] + 1) % config.d_vocab as u32,
            }
            text.truncate(config.n_ctx);
        }
        assert!(
            total > 200,
            "the random text should share prefixes, not {total} positions"
        );
    }
}

/// As a widget does while a reader types: a run without edits, one with a head off, one steered.
fn baseline_and_edited_runs_take_turns(backend: &impl Backend, tolerance: f32) {
    let mut findings = Findings::default();
    let config = models::config(LARGER);
    let mut typist = Typist {
        runner: Runner::new(
            backend.clone(),
            models::untrained(backend, LARGER),
            Means::default(),
        ),
        fresh: models::untrained(backend, LARGER),
        tolerance,
        findings: &mut findings,
    };
    let head_off = Edit::ablate_head(1, 2, How::Zero);
    let steered = Edit {
        hook: HookPoint::block(1, Site::ResidPre),
        heads: None,
        value: Some(EditValue::Tensor(
            Draw::new(1).normal(&[config.d_model], 1.0),
        )),
        how: How::Add,
        ..head_off.clone()
    };
    let edited = [steered, head_off];
    let kinds: [&[Edit]; 3] = [&[], &edited[1..], &edited];
    let wanted: Vec<_> = (0..3)
        .map(|layer| HookPoint::block(layer, Site::AttnScores))
        .collect();
    let ids = Draw::new(2).ids(40, config.d_vocab);
    let mut before = 0;
    for length in [20, 21, 22, 30, 12, 13, 40] {
        for (kind, edits) in kinds.iter().enumerate() {
            let text = &ids[..length];
            let reused = reusable(&ids[..before], text);
            typist.types(&format!("kind {kind}"), text, &wanted, edits, reused);
        }
        before = length;
    }
    // More kinds of run than are remembered: the forgotten ones start anew, all stay right.
    for head in 0..4 {
        let edits = [Edit::ablate_head(0, head, How::Zero)];
        typist.types(&format!("head {head} off"), &ids, &wanted, &edits, 0);
    }
    typist.types("the first kind, forgotten", &ids, &wanted, &[], 0);
    typist.runner.forget();
    typist.types("all forgotten", &ids[..30], &wanted, &[], 0);
}

/// Positions count from the end, patterns grow a column: such edits change the prefix itself.
fn edits_that_speak_of_the_whole_text_reuse_nothing(backend: &impl Backend, tolerance: f32) {
    let mut findings = Findings::default();
    let config = models::config(LARGER);
    let mut typist = Typist {
        runner: Runner::new(
            backend.clone(),
            models::untrained(backend, LARGER),
            Means::default(),
        ),
        fresh: models::untrained(backend, LARGER),
        tolerance,
        findings: &mut findings,
    };
    let last_off = Edit {
        positions: Some(vec![-1]),
        ..Edit::ablate_head(0, 1, How::Zero)
    };
    let sees_all = Edit {
        hook: HookPoint::block(0, Site::AttnScores),
        ..Edit::ablate_head(0, 1, How::Zero)
    };
    let even_pattern = Edit {
        hook: HookPoint::block(1, Site::Pattern),
        value: Some(EditValue::Number(0.1)),
        ..Edit::ablate_head(1, 0, How::Replace)
    };
    let ids = Draw::new(4).ids(40, config.d_vocab);
    let wanted = [
        HookPoint::block(0, Site::Pattern),
        HookPoint::block(2, Site::ResidPost),
    ];
    for edit in [last_off, sees_all, even_pattern] {
        for length in [20, 21, 33, 32] {
            let what = format!("{:?} at {}", edit.how, edit.hook);
            typist.types(
                &what,
                &ids[..length],
                &wanted,
                std::slice::from_ref(&edit),
                0,
            );
        }
    }
}

fn a_refused_run_leaves_no_trace(backend: &impl Backend, tolerance: f32) {
    let mut findings = Findings::default();
    let config = models::config(LARGER);
    let mut typist = Typist {
        runner: Runner::new(
            backend.clone(),
            models::untrained(backend, LARGER),
            Means::default(),
        ),
        fresh: models::untrained(backend, LARGER),
        tolerance,
        findings: &mut findings,
    };
    let ids = Draw::new(5).ids(200, config.d_vocab);
    let mut unknown = ids[..10].to_vec();
    unknown[9] = config.d_vocab as u32;
    let no_head = [Edit::ablate_head(0, 9, How::Zero)];
    typist.types("before", &ids[..10], &[], &[], 0);
    for (text, edits, code) in [
        (&ids[..], &[][..], "too-long"),
        (&[][..], &[][..], "bad-input"),
        (&unknown[..], &[][..], "bad-input"),
        (&ids[..10], &no_head[..], "bad-edit"),
    ] {
        let error = wait(typist.runner.run(text, &[], edits)).expect_err(code);
        assert_eq!(error.code(), code, "{error}");
    }
    typist.types("after", &ids[..12], &[], &[], 0);
    typist.types("and on", &ids[..13], &[], &[], 12);
}
