use super::report::mean_max_cosine;
use super::*;

pub(super) fn settings(architecture: Architecture, sparsity: f32) -> Settings {
    Settings {
        d_in: 2,
        d_sae: 5,
        architecture,
        sparsity,
        learning_rate: 1e-2,
        batch: 256,
        resample_every: 250,
        frozen_decoder: false,
        seed: 1,
    }
}

/// Five features in two dimensions, as a toy model of superposition stores them.
pub(super) fn pentagon(density: f32) -> Source {
    let angle = |feature: usize| std::f64::consts::TAU * feature as f64 / 5.0;
    let truth = (0..5).flat_map(|f| [libm::cos(angle(f)) as f32, libm::sin(angle(f)) as f32]);
    Source::Toy {
        truth: truth.collect(),
        density,
    }
}

pub(super) fn rows(count: usize, width: usize, seed: u64) -> Vec<f32> {
    let mut stream = glasshouse_tensor::random::Stream::new(seed, 9);
    (0..count * width).map(|_| stream.normal()).collect()
}

/// Every parameter against central differences, in both architectures.
#[test]
fn the_gradient_is_that_of_the_loss() {
    for (architecture, sparsity) in [(Architecture::Standard, 0.3), (Architecture::TopK, 2.0)] {
        let settings = Settings {
            d_in: 4,
            d_sae: 6,
            ..settings(architecture, sparsity)
        };
        let batch = rows(7, 4, 3);
        let source = Source::Rows {
            train: batch.clone(),
            held_out: batch.clone(),
        };
        let trainer = Trainer::new(settings.clone(), source).unwrap();
        let weights = trainer.weights.clone();
        let (_, gradient, _) = weights.gradient(&batch, &settings);
        type Part = fn(&mut super::trainer::Weights) -> &mut Vec<f32>;
        let parts: [Part; 4] = [
            |w| &mut w.encoder,
            |w| &mut w.decoder,
            |w| &mut w.b_enc,
            |w| &mut w.b_dec,
        ];
        let mut gradient = gradient;
        for part in parts {
            for at in 0..part(&mut weights.clone()).len() {
                let loss = |by: f32| {
                    let mut moved = weights.clone();
                    part(&mut moved)[at] += by;
                    moved.gradient(&batch, &settings).0
                };
                let numeric = (loss(1e-3) - loss(-1e-3)) / 2e-3;
                let exact = part(&mut gradient)[at];
                assert!(
                    (numeric - exact).abs() < 2e-2 * (1.0 + exact.abs()),
                    "{architecture:?} {at}: {numeric} {exact}"
                );
            }
        }
    }
}

/// The published toy: with resampling, five features align with the five directions.
#[test]
fn the_true_features_of_a_toy_are_found() {
    let mut trainer = Trainer::new(settings(Architecture::Standard, 1.4), pentagon(0.025)).unwrap();
    let before = trainer.report();
    trainer.train(3_000).unwrap();
    let after = trainer.report();
    let mut control = Trainer::new(
        Settings {
            frozen_decoder: true,
            ..settings(Architecture::Standard, 1.4)
        },
        pentagon(0.025),
    )
    .unwrap();
    control.train(3_000).unwrap();
    let (found, random) = (
        after.mean_max_cosine.unwrap(),
        control.report().mean_max_cosine.unwrap(),
    );
    assert!(found > 0.98, "{before:?} {after:?}");
    assert!(random < 0.97 && random < found, "{random}");
    assert!(
        after.explained_variance > 0.8
            && after.explained_variance > control.report().explained_variance
    );
    assert!(after.l0 < 1.5 && after.dead == 0.0, "{after:?}");
}

#[test]
fn more_penalty_fewer_features_and_k_is_k() {
    let l0 = |architecture, sparsity| {
        let train = rows(400, 16, 4);
        let settings = Settings {
            d_in: 16,
            d_sae: 64,
            batch: 64,
            ..settings(architecture, sparsity)
        };
        let mut trainer = Trainer::new(
            settings,
            Source::Rows {
                train,
                held_out: rows(100, 16, 5),
            },
        )
        .unwrap();
        trainer.train(300).unwrap();
        trainer.report().l0
    };
    assert!(l0(Architecture::Standard, 3.0) < 0.6 * l0(Architecture::Standard, 0.1));
    assert!((l0(Architecture::TopK, 4.0) - 4.0).abs() < 0.5);
}

#[test]
fn training_repeats_itself_to_the_last_bit() {
    let run = || {
        let mut trainer = Trainer::new(settings(Architecture::TopK, 1.0), pentagon(0.1)).unwrap();
        trainer.train(40).unwrap();
        trainer.decoder().to_vec()
    };
    assert_eq!(run(), run());
}

/// As many components as dimensions explain everything, none explain nothing, and two of a plane's do.
#[test]
fn principal_components_explain_what_they_should() {
    let mut flat = rows(200, 6, 6);
    flat.chunks_exact_mut(6).for_each(|row| row[2..].fill(0.0));
    let shares = pca::explained(&flat, &flat, 6, 6);
    assert!(shares[0].abs() < 1e-5, "{shares:?}");
    assert!((shares[2] - 1.0).abs() < 1e-5, "{shares:?}");
    assert!(shares[1] > 0.4 && shares[1] < 0.8, "{shares:?}");
}

#[test]
fn cosines_are_signed_and_the_best_counts() {
    assert_eq!(mean_max_cosine(&[1.0, 0.0], &[2.0, 0.0, -1.0, 0.0], 2), 0.0);
    assert_eq!(mean_max_cosine(&[1.0, 0.0, 0.0, 1.0], &[0.0, 3.0], 2), 1.0);
}

#[test]
fn what_cannot_be_trained_is_refused_by_name() {
    let refused = |change: fn(&mut Settings)| {
        let mut bad = settings(Architecture::TopK, 2.0);
        change(&mut bad);
        Trainer::new(bad, pentagon(0.1))
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert!(refused(|s| s.sparsity = 2.5).contains("k is a whole number"));
    assert!(refused(|s| s.sparsity = 6.0).contains("not 6"));
    assert!(refused(|s| s.batch = 0).contains("batch"));
    assert!(refused(|s| s.learning_rate = f32::NAN).contains("learning rate"));
    assert!(refused(|s| s.d_sae = 1 << 30).contains("weights"));
    let rows = Source::Rows {
        train: vec![1.0; 3],
        held_out: vec![1.0; 2],
    };
    assert!(
        Trainer::new(settings(Architecture::TopK, 1.0), rows)
            .err()
            .unwrap()
            .to_string()
            .contains("3 numbers")
    );
}
