//! Fitting live, on a network made by hand that only averages what was played where: occupied squares can
//! be read out of it, their owners hardly.

use glasshouse_backend_cpu::CpuBackend;
use glasshouse_interp::othello::fit::{Fit, Of, Phase, ProbeProgress, Progress, Settings};
use glasshouse_interp::othello::report::untrained_twin;
use glasshouse_interp::softmax_regression::{Examples, SoftmaxRegression, cross_entropy};
use glasshouse_model::{Config, Means, Runner, Transformer, Weights};
use glasshouse_othello::Frame;
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Backend, HostTensor};
use pollster::block_on;

const WIDTH: usize = 64;

fn config() -> Config {
    let json = format!(
        r#"{{"format_version": 1, "n_layers": 1, "d_model": {WIDTH}, "n_ctx": 59, "d_head": {WIDTH}, "n_heads": 1,
            "attn_only": true, "d_vocab": 61, "normalization_type": null}}"#
    );
    Config::parse(&json).unwrap()
}

/// Queries and keys are zeros, so that attention is even; values and everything else pass moves through.
fn averager<B: Backend>(backend: &B) -> Runner<B> {
    let unit = |shape: &[usize]| {
        let mut tensor = HostTensor::zeros(shape);
        let rows = tensor.data_mut().chunks_exact_mut(WIDTH);
        for (index, row) in rows.enumerate() {
            row[index % WIDTH] = 1.0;
        }
        tensor
    };
    let zeros = HostTensor::zeros([1, WIDTH, WIDTH]);
    let weights = Weights::from_tensors([
        ("embed.W_E".into(), unit(&[61, WIDTH])),
        ("pos_embed.W_pos".into(), HostTensor::zeros([59, WIDTH])),
        ("blocks.0.attn.W_Q".into(), zeros.clone()),
        ("blocks.0.attn.W_K".into(), zeros),
        ("blocks.0.attn.W_V".into(), unit(&[1, WIDTH, WIDTH])),
        ("blocks.0.attn.W_O".into(), unit(&[1, WIDTH, WIDTH])),
        ("unembed.W_U".into(), HostTensor::zeros([WIDTH, 61])),
    ]);
    let model = Transformer::load(backend, config(), weights).unwrap();
    Runner::new(backend.clone(), model, Means::default())
}

fn settings() -> Settings {
    Settings {
        layer: 1,
        frame: Frame::MineTheirs,
        games: 30,
        seed: 3,
        shuffled_labels: true,
        untrained: true,
    }
}

/// Every slice of a fit, to its end.
fn watch<B: Backend>(backend: &B, settings: Settings) -> Vec<Progress> {
    let mut model = averager(backend);
    let mut untrained = untrained_twin(backend, &config(), 0).unwrap();
    let mut fit = Fit::new(&config(), settings).unwrap();
    let mut seen = vec![fit.progress()];
    while seen.last().unwrap().phase != Phase::Done {
        seen.push(block_on(fit.advance(&mut model, &mut untrained)).unwrap());
        assert!(seen.len() < 1000);
    }
    seen
}

fn of(progress: &Progress, of: Of) -> ProbeProgress {
    *progress.probes.iter().find(|probe| probe.of == of).unwrap()
}

#[test]
fn a_live_fit_beats_shuffled_labels() {
    let seen = watch(&CpuBackend, settings());
    let (first, last) = (&seen[0], seen.last().unwrap());
    assert_eq!(
        (first.phase, first.games, first.probes.len()),
        (Phase::Playing, 0, 3)
    );
    assert_eq!(
        (last.games, last.held_out_games, last.step),
        (30, 6, last.steps)
    );
    let accuracy = |which| of(last, which).accuracy.unwrap();
    let (fitted, shuffled) = (accuracy(Of::Model), accuracy(Of::ShuffledLabels));
    // The bag of moves tells which squares are taken, the ply alone does not.
    assert!(fitted.all > shuffled.all + 0.1, "{fitted:?} {shuffled:?}");
    assert!(
        fitted.balanced > shuffled.balanced + 0.1,
        "{fitted:?} {shuffled:?}"
    );
    assert!((0.5..0.7).contains(&shuffled.all), "{shuffled:?}");
    assert!(of(last, Of::Model).loss < of(last, Of::ShuffledLabels).loss);
    // It converges: the first measured step is worse than the last.
    let start = seen
        .iter()
        .find_map(|seen| of(seen, Of::Model).loss)
        .unwrap();
    assert!(of(last, Of::Model).loss.unwrap() < 0.8 * start);
}

#[test]
fn a_live_fit_is_a_function_of_its_seed() {
    let alone = Settings {
        games: 10,
        shuffled_labels: false,
        untrained: false,
        ..settings()
    };
    let first = watch(&CpuBackend, alone);
    assert_eq!(first, watch(&CpuBackend, alone));
    let other = watch(&CpuBackend, Settings { seed: 4, ..alone });
    assert_ne!(first.last(), other.last());
}

/// Two engines fit the same probe: a gradient that either computed differently would show in the logits.
pub fn a_few_steps_agree<B: Backend>(backend: &B) {
    let (rows, width) = (30, 7);
    let mut random = Stream::new(5, 0);
    let numbers = (0..rows * width).map(|_| random.normal()).collect();
    let x = HostTensor::new([rows, width], numbers).unwrap();
    let labels: Vec<u8> = (0..rows * 4).map(|_| random.below(3) as u8).collect();
    let examples = Examples::new(x.clone()).unwrap();
    let mut regression = SoftmaxRegression::new(width, 4, 3, 100);
    let mut on_cpu = regression.clone();
    for _ in 0..5 {
        block_on(regression.step(backend, &examples, &labels)).unwrap();
        block_on(on_cpu.step(&CpuBackend, &examples, &labels)).unwrap();
    }
    let logits = block_on(regression.logits(backend, &x)).unwrap();
    let expected = block_on(on_cpu.logits(&CpuBackend, &x)).unwrap();
    let difference = logits.max_abs_diff(&expected).unwrap();
    assert!(difference < 1e-4, "{difference}");
    assert!(logits.max_abs() > 0.05);
    let loss = cross_entropy(logits.data(), &labels, 3);
    assert!(loss < 3f64.ln() - 0.02, "{loss}");
    assert!(block_on(regression.step(backend, &examples, &labels[1..])).is_err());
}

#[test]
fn settings_that_cannot_be_are_refused() {
    for wrong in [
        Settings {
            layer: 2,
            ..settings()
        },
        Settings {
            games: 9,
            ..settings()
        },
        Settings {
            games: 1001,
            ..settings()
        },
    ] {
        assert_eq!(
            Fit::new(&config(), wrong).err().unwrap().code(),
            "bad-input"
        );
    }
    let other = Config {
        d_vocab: 50,
        ..config()
    };
    assert_eq!(
        Fit::new(&other, settings()).err().unwrap().code(),
        "does-not-fit"
    );
}
