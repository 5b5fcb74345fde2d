//! The same bits on every machine, alone and in company. The browser's tests expect the same hashes of
//! the same settings (tests/browser/toys-bits.json holds both).

use std::fs;
use std::path::Path;

use glasshouse_tests::wait;
use glasshouse_toys::superposition::{CpuTrainer, Request, Run, Settings};
use serde_json::Value;

use crate::asked::{request, settings};

/// FNV-1a of the bits, the low byte of every number first.
fn hash(numbers: &[f32]) -> String {
    let bytes = numbers.iter().flat_map(|x| x.to_bits().to_le_bytes());
    let hash = bytes.fold(0x811c_9dc5u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}

fn trained(settings: Settings, steps: u32) -> Vec<Vec<f32>> {
    let mut run = Run::new(settings, None).expect("the CPU does not fail");
    wait(run.train(steps)).expect("the CPU does not fail");
    wait(run.parameters()).expect("the CPU does not fail")
}

#[test]
fn training_gives_the_committed_bits() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/toys-bits.json");
    let text = fs::read_to_string(file).expect("the file can be read");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert!(cases.len() >= 5);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let request: Request =
                serde_json::from_value(case["settings"].clone()).expect("settings");
            let steps = case["steps"].as_u64().expect("a number") as u32;
            let models = trained(settings(&request), steps);
            let found: Vec<String> = models.iter().map(|model| hash(model)).collect();
            let expected: Vec<String> =
                serde_json::from_value(case["hashes"].clone()).expect("hashes");
            (found != expected).then(|| format!("{}: {found:?}", case["name"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_model_among_others_is_the_same_model_alone() {
    let mut request = request(7, 3, &[1.0, 0.3, 0.05], 0.8);
    request.batch = 100.0;
    for starts in [1.0, 3.0] {
        request.starts = starts;
        let settings = settings(&request);
        let together = trained(settings.clone(), 230);
        for (index, model) in together.iter().enumerate() {
            let alone = trained(settings.alone(index).expect("a model"), 230);
            assert_eq!(&alone[0], model, "model {index}, {starts} starts");
        }
    }
}

#[test]
fn slices_do_not_change_the_bits() {
    let settings = settings(&request(5, 2, &[0.2], 0.9));
    let mut whole = CpuTrainer::new(settings.clone());
    let mut sliced = CpuTrainer::new(settings);
    whole.train(20);
    for steps in [1, 7, 12] {
        sliced.train(steps);
    }
    assert!(whole.parameters().eq(sliced.parameters()));
    assert_eq!(whole.train(1), sliced.train(1));
}

#[test]
fn slices_do_not_change_who_leads_nor_who_wins() {
    let mut request = request(7, 3, &[1.0, 0.3, 0.05], 0.8);
    (request.batch, request.starts) = (64.0, 6.0);
    for steps in [90, 170, 230] {
        let mut sliced = Run::new(settings(&request), None).expect("the CPU does not fail");
        let mut whole = Run::new(settings(&request), None).expect("the CPU does not fail");
        wait(whole.train(steps)).expect("the CPU does not fail");
        while sliced.step() < steps {
            let slice = 13.min(steps - sliced.step());
            wait(sliced.train(slice)).expect("the CPU does not fail");
        }
        assert_eq!(
            sliced.began_with(),
            whole.began_with(),
            "after {steps} steps"
        );
        let [ours, theirs] =
            [&whole, &sliced].map(|run| wait(run.parameters()).expect("the CPU does not fail"));
        assert_eq!(ours, theirs, "after {steps} steps");
    }
}
