//! Settings that make no sense are refused in a sentence, or changed with a note; a model that diverges
//! stands still and leaves the others alone.

use glasshouse_tensor::Error;
use glasshouse_toys::superposition::{CpuTrainer, InstanceReport, Request};

use crate::asked::{request, settings};

#[test]
fn what_makes_no_sense_is_refused_in_a_sentence() {
    type Change = fn(&mut Request);
    let changes: [(&str, Change); 27] = [
        ("no features", |r| r.n_features = 0.0),
        ("half a feature", |r| r.n_features = 2.5),
        ("a million features", |r| r.n_features = 1e6),
        ("NaN features", |r| r.n_features = f64::NAN),
        ("no dimensions", |r| r.n_hidden = 0.0),
        ("endless dimensions", |r| r.n_hidden = f64::INFINITY),
        ("no batch", |r| r.batch = 0.0),
        ("a negative batch", |r| r.batch = -1.0),
        ("an enormous batch", |r| r.batch = 1e18),
        ("a negative data set", |r| r.samples = -3.0),
        ("density 0", |r| r.density[0] = 0.0),
        ("a density above 1", |r| r.density[0] = 1.01),
        ("density NaN", |r| r.density[1] = f32::NAN),
        ("a negative density", |r| r.density[1] = -0.1),
        ("importance NaN", |r| r.importance[3] = f32::NAN),
        ("a negative importance", |r| r.importance[3] = -1.0),
        ("an endless importance", |r| r.importance[3] = f32::INFINITY),
        ("no importance at all", |r| r.importance.fill(0.0)),
        ("too few importances", |r| r.importance.truncate(7)),
        ("too few densities", |r| r.density.truncate(1)),
        ("no models", |r| {
            r.seeds.clear();
            r.density.clear();
            r.importance.clear();
        }),
        ("no learning rate", |r| r.learning_rate = 0.0),
        ("learning rate NaN", |r| r.learning_rate = f64::NAN),
        ("a negative decay", |r| r.weight_decay = -0.1),
        ("a warm-up without end", |r| r.warmup = f64::INFINITY),
        ("no start", |r| r.starts = 0.0),
        ("a step of hours", |r| {
            (r.n_features, r.n_hidden, r.batch) = (4096.0, 100.0, 65_536.0);
            r.importance = vec![1.0; 2 * 4096];
        }),
    ];
    for (what, change) in changes {
        let mut request = request(5, 2, &[0.5, 0.1], 0.9);
        change(&mut request);
        match request.check() {
            Err(Error::BadSettings(sentence)) => {
                assert!(
                    sentence.ends_with('.') && sentence.len() < 200,
                    "{what}: {sentence}"
                );
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn what_is_out_of_reach_is_changed_with_a_note() {
    let mut request = request(5, 2, &[1e-9, 1.0], 0.9);
    request.learning_rate = 3.0;
    request.importance[0] = 1e30;
    let (settings, notes) = request.check().expect("can be clamped");
    assert_eq!(notes.len(), 3, "{notes:?}");
    assert_eq!(settings.learning_rate, 1.0);
    assert_eq!(settings.instances[0].importance[0], 1e6);
    assert_eq!(settings.instances[0].density, 1e-6);
    // Whole densities and importances of 0 are fine as they are.
    request = crate::asked::request(5, 2, &[1.0], 0.9);
    request.importance[4] = 0.0;
    assert!(request.check().expect("makes sense").1.is_empty());
}

#[test]
fn divergence_stops_one_model_and_no_other() {
    let mut request = request(4, 2, &[1.0, 1.0], 1.0);
    (request.batch, request.learning_rate) = (32.0, 0.05);
    let calm = settings(&request);
    // Weights of 10⁹ in the second model's place: its squared errors leave the range of numbers.
    let mut wild = calm.clone();
    wild.instances[1].importance = vec![f32::MAX; 4];
    let (mut expected, mut trainer) = (CpuTrainer::new(calm), CpuTrainer::new(wild.clone()));
    let (whole, slice) = (expected.train(50), trainer.train(50));
    assert_eq!(slice.diverged, [false, true]);
    assert_eq!(slice.loss[0], whole.loss[0]);
    assert!(slice.loss[1].is_nan());
    let parameters: Vec<&[f32]> = trainer.parameters().collect();
    assert!(
        parameters[1].iter().all(|p| p.is_finite()),
        "it stands still where it was"
    );
    let report = InstanceReport::of(&wild, 1, parameters[1], true).expect("a model");
    assert!(report.diverged && report.geometry.norms.iter().all(|norm| norm.is_finite()));
    assert_eq!(trainer.train(3).diverged, [false, true]);
}
