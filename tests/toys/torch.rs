//! Against PyTorch: `tests/golden/superposition.py` trained the same models on the same samples.

use std::fs;
use std::path::Path;

use glasshouse_toys::superposition::{CpuTrainer, Request};
use serde_json::{Value, json};

use crate::asked::settings;

/// Of every loss, relative.
const TOLERANCE: f64 = 1e-4;

fn numbers(values: &Value) -> Vec<f64> {
    values
        .as_array()
        .expect("a list")
        .iter()
        .map(|x| x.as_f64().expect("a number"))
        .collect()
}

/// The settings of a case, in the words of the page.
fn request(case: &Value) -> Request {
    let mut case = case.clone();
    let n = case["nFeatures"].as_u64().expect("a number") as i32;
    let ratio = case["ratio"].as_f64().expect("a number");
    case["importance"] = (0..n).map(|i| ratio.powi(i)).collect();
    case["density"] = json!([case["density"]]);
    case["seeds"] = json!([case["seed"]]);
    serde_json::from_value(case).expect("settings")
}

#[test]
fn a_hundred_losses_and_the_last_parameters_are_those_of_pytorch() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/superposition.json");
    let text = fs::read_to_string(file).expect("the reference values can be read");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(cases.len(), 9);
    let mut largest: f64 = 0.0;
    for case in &cases {
        let mut trainer = CpuTrainer::new(settings(&request(&case["settings"])));
        for (step, expected) in numbers(&case["losses"]).into_iter().enumerate() {
            let found = f64::from(trainer.train(1).loss[0]);
            let difference = (found / expected - 1.0).abs();
            largest = largest.max(difference);
            assert!(
                difference < TOLERANCE,
                "{}, step {step}: {found}, not {expected}",
                case["settings"]
            );
        }
        let expected = numbers(&case["parameters"]);
        let found: Vec<f64> = trainer
            .parameters()
            .next()
            .expect("a model")
            .iter()
            .map(|&p| p.into())
            .collect();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < TOLERANCE,
                "{}: {found}, not {expected}",
                case["settings"]
            );
        }
    }
    println!("largest relative difference of a loss {largest:.1e}");
}
