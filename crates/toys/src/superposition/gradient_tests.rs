//! The data and the gradients of the fused loop against their definitions.

use super::cpu::{CpuTrainer, held_out_loss};
use super::reference::{loss, sample};
use super::settings::{Activation, Correlation, InstanceSettings, Settings, Task};

fn settings(n: usize, m: usize, batch: usize) -> Settings {
    Settings {
        n_features: n,
        n_hidden: m,
        activation: Activation::Relu,
        task: Task::Reconstruct,
        tied: true,
        correlation: Correlation::None,
        fixed_data: false,
        batch,
        learning_rate: 1e-3,
        weight_decay: 0.01,
        warmup: 0,
        starts: 1,
        instances: vec![InstanceSettings {
            density: 0.4,
            importance: (0..n).map(|i| 0.9f32.powi(i as i32)).collect(),
            seed: 11,
            start: 0,
        }],
    }
}

/// Every variant, with sizes that fill neither a tile nor a pair of rows.
pub(super) fn variants() -> Vec<Settings> {
    let mut all = Vec::new();
    for task in [Task::Reconstruct, Task::Absolute] {
        for activation in [Activation::Relu, Activation::Linear] {
            for tied in [true, false] {
                all.push(Settings {
                    activation,
                    task,
                    tied,
                    ..settings(5, 3, 77)
                });
            }
        }
    }
    for correlation in [Correlation::Correlated, Correlation::Anticorrelated] {
        all.push(Settings {
            correlation,
            ..settings(5, 2, 64)
        });
    }
    let mut tiny = settings(2, 1, 1);
    tiny.instances[0].density = 1.0;
    all.push(tiny);
    all.push(settings(9, 4, 33));
    all
}

#[test]
fn losses_are_those_of_the_definition() {
    for settings in variants() {
        let instance = &settings.instances[0];
        let mut trainer = CpuTrainer::new(settings.clone());
        let parameters: Vec<f32> = trainer.parameters().next().unwrap().to_vec();
        let wide: Vec<f64> = parameters.iter().map(|&p| p.into()).collect();
        let samples = |stream, count: usize| -> Vec<Vec<f64>> {
            let count = 0..count as u32;
            count
                .map(|s| sample(&settings, instance, stream, 0, s))
                .collect()
        };
        let expected = loss(&settings, instance, &wide, &samples(1, settings.batch));
        let trained = f64::from(trainer.train(1).loss[0]);
        assert!(
            (trained / expected - 1.0).abs() < 1e-5,
            "{settings:?}: {trained} {expected}"
        );
        let expected = loss(&settings, instance, &wide, &samples(2, 100));
        let held_out = f64::from(held_out_loss(&settings, instance, &parameters, 100));
        assert!(
            (held_out / expected - 1.0).abs() < 1e-5,
            "{settings:?}: {held_out} {expected}"
        );
    }
}

#[test]
fn gradients_are_central_differences() {
    for settings in variants() {
        let instance = &settings.instances[0];
        let mut trainer = CpuTrainer::new(settings.clone());
        // Away from the start, where every bias is 0.
        trainer.train(3);
        let parameters: Vec<f64> = trainer
            .parameters()
            .next()
            .unwrap()
            .iter()
            .map(|&p| p.into())
            .collect();
        let samples: Vec<_> = (0..settings.batch as u32)
            .map(|s| sample(&settings, instance, 1, 3, s))
            .collect();
        trainer.train(1);
        let gradient = trainer.last_gradient();
        let largest = gradient.iter().fold(0.0f32, |max, g| max.max(g.abs()));
        assert!(largest > 1e-4, "{settings:?}: nothing to compare");
        for (at, &found) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut moved = parameters.clone();
                moved[at] += by;
                loss(&settings, instance, &moved, &samples)
            };
            let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            let difference = (f64::from(found) - expected).abs();
            assert!(
                difference < 2e-5 * f64::from(largest),
                "{settings:?}, parameter {at}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn features_are_on_as_often_as_asked_and_uniform_when_on() {
    let count = 40_000;
    for (correlation, density, on) in [
        (Correlation::None, 0.003, 0.003),
        (Correlation::None, 1.0, 1.0),
        (Correlation::Correlated, 0.2, 0.2),
        (Correlation::Anticorrelated, 0.2, 0.1),
    ] {
        let mut settings = Settings {
            correlation,
            ..settings(4, 2, 1)
        };
        settings.instances[0].density = density;
        let samples: Vec<_> = (0..count)
            .map(|s| sample(&settings, &settings.instances[0], 1, 5, s))
            .collect();
        let total = f64::from(count);
        for i in 0..4 {
            let values: Vec<f64> = samples.iter().map(|x| x[i]).filter(|&x| x != 0.0).collect();
            let share = values.len() as f64 / total;
            // Four standard deviations.
            let spread = 4.0 * (on * (1.0 - on) / total).sqrt();
            assert!(
                (share - on).abs() <= spread,
                "{correlation:?} {density}: {share}"
            );
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let spread = 4.0 / (12.0 * values.len() as f64).sqrt();
            assert!(
                (mean - 0.5).abs() < spread,
                "{correlation:?} {density}: mean {mean}"
            );
        }
        let both = |a: usize, b: usize| {
            samples
                .iter()
                .filter(|x| x[a] != 0.0 && x[b] != 0.0)
                .count() as f64
                / total
        };
        let expected = match correlation {
            Correlation::None => on * on,
            Correlation::Correlated => on,
            Correlation::Anticorrelated => 0.0,
        };
        assert!((both(0, 1) - expected).abs() < 0.01, "{correlation:?}");
        assert!((both(1, 2) - on * on).abs() < 0.01, "{correlation:?}");
    }
}
