//! Looking changes nothing; touching changes what it says and can be undone.

use glasshouse_hooks::{Edit, EditValue, HookPoint, Hooks, How, Site};
use glasshouse_tensor::{Backend, HostTensor};
use glasshouse_tests::{Draw, Findings, Golden, on_both_engines, run, wait};

on_both_engines!(
    no_hooks_are_empty_hooks,
    the_same_run_twice_gives_the_same_bits,
    a_hook_replaced_by_its_own_value_changes_nothing,
    what_is_added_and_taken_away_again_changes_nothing,
    zero_is_replace_by_zero,
    edits_that_do_not_fit_are_refused,
);

fn edit(hook: HookPoint, how: How, value: Option<EditValue>) -> Edit {
    Edit {
        hook,
        heads: None,
        positions: None,
        features: None,
        how,
        value,
        scale: None,
    }
}

fn no_hooks_are_empty_hooks(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        let logits = |mut hooks: Hooks<_>| {
            let logits = transformer.forward(backend, &golden.tokens, &mut hooks);
            let read = wait(backend.read(&[logits.expect("the model runs")]));
            assert!(hooks.into_captured().is_empty());
            read.expect("the device reads").remove(0)
        };
        let empty = logits(Hooks::new([], Vec::new(), golden.means()));
        findings.same(&golden.id, &logits(Hooks::none()), &empty);
    }
}

fn the_same_run_twice_gives_the_same_bits(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        let points = golden.config.hook_points();
        let again = || {
            run(backend, &transformer, &golden.tokens, &points, &[], None).expect("the model runs")
        };
        let (first, second) = (again(), again());
        for ((point, a), (_, b)) in first.captured.iter().zip(&second.captured) {
            findings.same(&format!("{} {point}", golden.id), a, b);
        }
        findings.same(&golden.id, &first.logits, &second.logits);
    }
}

fn a_hook_replaced_by_its_own_value_changes_nothing(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        for point in golden.config.hook_points() {
            let once = |edits: &[Edit]| {
                run(backend, &transformer, &golden.tokens, &[point], edits, None)
                    .unwrap_or_else(|e| panic!("{} {point}: {e}", golden.id))
            };
            let plain = once(&[]);
            let own = EditValue::Tensor(plain.at(point).clone());
            let edited = once(&[edit(point, How::Replace, Some(own))]);
            let what = format!("{} {point}", golden.id);
            findings.same(&what, edited.at(point), plain.at(point));
            findings.same(&format!("{what}: logits"), &edited.logits, &plain.logits);
        }
    }
}

/// In both ways of writing it: a negative value, and a negative scale.
fn what_is_added_and_taken_away_again_changes_nothing(backend: &impl Backend) {
    let mut findings = Findings::default();
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        for point in golden.config.hook_points() {
            let once = |edits: &[Edit]| {
                run(backend, &transformer, &golden.tokens, &[point], edits, None)
                    .unwrap_or_else(|e| panic!("{} {point}: {e}", golden.id))
            };
            let plain = once(&[]);
            let shape = plain.at(point).shape();
            // As large as what is there, so that little is rounded away.
            let half = plain.at(point).max_abs() / 2.0;
            let value = Draw::new(3).uniform(shape, -half, half);
            let mut negative = value.clone();
            negative
                .data_mut()
                .iter_mut()
                .for_each(|number| *number = -*number);
            let add = |value: &HostTensor, scale| Edit {
                scale,
                ..edit(point, How::Add, Some(EditValue::Tensor(value.clone())))
            };
            for (way, back) in [
                ("value", add(&negative, None)),
                ("scale", add(&value, Some(-1.0))),
            ] {
                let restored = once(&[add(&value, None), back]);
                let what = format!("{} {point}, negative {way}", golden.id);
                findings.close(&what, restored.at(point), plain.at(point), 1e-6);
                // The last digits of a score are not the last digits of its exponential.
                findings.close(
                    &format!("{what}: logits"),
                    &restored.logits,
                    &plain.logits,
                    1e-4,
                );
                let moved = once(&[add(&value, None)]);
                let changed = moved.at(point).max_abs_diff(plain.at(point)) != Ok(0.0);
                findings.holds(&format!("{what}: the first edit does something"), changed);
            }
        }
    }
}

fn zero_is_replace_by_zero(backend: &impl Backend) {
    let mut findings = Findings::default();
    let golden = Golden::open("standard-ln-gelu");
    let transformer = golden.transformer(backend);
    for point in golden.config.hook_points() {
        // Nothing can be divided by a scale of zero.
        if matches!(
            point.site(),
            Site::Ln1Scale | Site::Ln2Scale | Site::LnFinalScale
        ) {
            continue;
        }
        let logits = |edit: Edit| {
            run(backend, &transformer, &golden.tokens, &[], &[edit], None)
                .unwrap_or_else(|e| panic!("{point}: {e}"))
                .logits
        };
        let zero = logits(edit(point, How::Zero, None));
        let replaced = logits(edit(point, How::Replace, Some(EditValue::Number(0.0))));
        findings.same(&point.to_string(), &zero, &replaced);
        // Masked scores are left out: in TransformerLens 0 · −∞ is NaN, not 0.
        if point.site() != Site::AttnScores {
            let scaled = Edit {
                scale: Some(0.0),
                ..edit(point, How::Scale, None)
            };
            findings.same(&format!("{point}, scaled"), &zero, &logits(scaled));
        }
    }
}

fn edits_that_do_not_fit_are_refused(backend: &impl Backend) {
    let golden = Golden::open("odd-sizes-relu");
    let transformer = golden.transformer(backend);
    let z = HookPoint::block(0, Site::Z);
    let tensor = |shape: &[usize]| Some(EditValue::Tensor(HostTensor::zeros(shape)));
    let zero = || edit(z, How::Zero, None);
    for (what, refused) in [
        (
            "head 3 of 3",
            Edit {
                heads: Some(vec![3]),
                ..zero()
            },
        ),
        (
            "head −4 of 3",
            Edit {
                heads: Some(vec![-4]),
                ..zero()
            },
        ),
        (
            "a head far away",
            Edit {
                heads: Some(vec![i64::MIN]),
                ..zero()
            },
        ),
        (
            "position 17 of 17",
            Edit {
                positions: Some(vec![17]),
                ..zero()
            },
        ),
        (
            "feature 5 of 5",
            Edit {
                features: Some(vec![5]),
                ..zero()
            },
        ),
        (
            "heads of the residual",
            Edit {
                heads: Some(vec![0]),
                ..edit(HookPoint::block(0, Site::ResidPre), How::Zero, None)
            },
        ),
        ("scale without a scale", edit(z, How::Scale, None)),
        ("add without a value", edit(z, How::Add, None)),
        ("replace without a value", edit(z, How::Replace, None)),
        (
            "a value of another shape",
            edit(z, How::Replace, tensor(&[17, 3, 4])),
        ),
        ("a value without axes", edit(z, How::Replace, tensor(&[]))),
        ("a mean that the folder lacks", edit(z, How::Mean, None)),
    ] {
        let outcome = run(
            backend,
            &transformer,
            &golden.tokens,
            &[],
            &[refused],
            golden.means(),
        );
        match outcome {
            Err(error) => assert_eq!(error.code(), "bad-edit", "{what}: {error}"),
            Ok(_) => panic!("{what} was not refused"),
        }
    }
}
