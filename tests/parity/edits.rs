//! Edited runs: every case of every `edits.json`.

use glasshouse_hooks::HookPoint;
use glasshouse_tensor::Backend;
use glasshouse_tests::{Findings, Golden, on_both_engines, run};

use crate::TOLERANCE;

on_both_engines!(every_edited_run);

/// With only what the case names captured, and again with every hook watched.
fn every_edited_run(backend: &impl Backend) {
    let mut findings = Findings::default();
    let mut cases = 0;
    for golden in Golden::all() {
        let transformer = golden.transformer(backend);
        for case in &golden.edits {
            cases += 1;
            let named: Vec<HookPoint> = case.expect.iter().filter_map(|(hook, _)| *hook).collect();
            for (watched, wanted) in [("alone", named), ("among all", golden.config.hook_points())]
            {
                let what = format!("{}, \"{}\", captured {watched}", golden.id, case.name);
                let means = golden.means();
                match run(
                    backend,
                    &transformer,
                    &golden.tokens,
                    &wanted,
                    &case.edits,
                    means,
                ) {
                    Err(error) => findings.holds(&format!("{what}: {error}"), false),
                    Ok(run) => {
                        for (hook, want) in &case.expect {
                            let (name, got) = match hook {
                                Some(point) => (point.to_string(), run.at(*point)),
                                None => ("logits".to_owned(), &run.logits),
                            };
                            findings.close(&format!("{what}: {name}"), got, want, TOLERANCE);
                        }
                    }
                }
            }
        }
    }
    findings.holds(
        &format!("{cases} edited runs found, 67 expected"),
        cases >= 67,
    );
}
