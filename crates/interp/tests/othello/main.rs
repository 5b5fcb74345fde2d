//! An Othello-GPT made by hand: what is read out of it, what it plays after an edit, and what is refused.
//! On both engines.

mod believer;
mod fit;

use fit::a_few_steps_agree;
use glasshouse_backend_cpu::CpuBackend;
use glasshouse_backend_gpu::Gpu;
use glasshouse_interp::othello::edit::{Change, SquareEdit};
use glasshouse_interp::othello::intervention::Strength;
use glasshouse_interp::othello::probes::Probes;
use glasshouse_interp::othello::report::{Question, Report, Source, report, untrained_twin};
use glasshouse_interp::probe::answers;
use glasshouse_model::Runner;
use glasshouse_othello::Frame;
use glasshouse_tensor::{Backend, Error};
use pollster::block_on;

/// Length of the network's stream: a 1 for every square in each frame.
const LENGTH: f32 = 11.313_708; // √128

/// The network, its untrained twin and its probes.
struct Table<B: Backend> {
    model: Runner<B>,
    untrained: Runner<B>,
    probes: Probes,
}

impl<B: Backend> Table<B> {
    fn new(backend: &B) -> Self {
        let model = believer::runner(backend);
        let (config, weights) = (believer::probes_config(), believer::probes_weights());
        let probes = believer::attach(&config, &weights).unwrap();
        Self {
            untrained: untrained_twin(backend, model.config(), probes.untrained_seed).unwrap(),
            model,
            probes,
        }
    }

    fn ask(&mut self, question: &Question) -> Report {
        self.try_ask(question).unwrap()
    }

    fn try_ask(&mut self, question: &Question) -> Result<Report, Error> {
        let Self {
            model,
            untrained,
            probes,
        } = self;
        block_on(report(model, untrained, Some(probes), question))
    }
}

fn question(ply: usize) -> Question {
    Question {
        game: believer::game(),
        ply,
        frame: Frame::MineTheirs,
        edits: Vec::new(),
        strength: Strength {
            layers: vec![1],
            scale: 1.5 / LENGTH,
            draws: 64,
            sweep: false,
            seed: 1,
        },
        attention: false,
    }
}

/// A question with one change to the chosen square.
fn one_change(how: Change, scale: f32, layers: &[usize]) -> Question {
    let case = believer::case();
    let mut question = question(case.ply);
    question.edits = vec![SquareEdit {
        square: case.square,
        how,
    }];
    question.strength.scale = scale / LENGTH;
    question.strength.layers = layers.to_vec();
    question
}

/// Probes read every square of every position, in both frames, at both layers.
fn boards_are_read<B: Backend>(backend: &B) {
    let (mut table, game) = (Table::new(backend), believer::game());
    for frame in [Frame::MineTheirs, Frame::BlackWhite] {
        for ply in [1, 2, 17, 40, 59] {
            let report = table.ask(&Question {
                frame,
                ..question(ply)
            });
            let truth = game.positions()[ply].states(frame);
            let of = |source| {
                report
                    .boards
                    .iter()
                    .filter(move |board| board.source == source)
            };
            assert_eq!(of(Source::Untrained).count(), 2);
            for (layer, board) in of(Source::Model).enumerate() {
                assert_eq!(board.layer, layer);
                assert!(
                    answers(&board.probs, 3).eq(truth.iter().copied()),
                    "ply {ply}"
                );
                let sum: f32 = board.probs[..3].iter().sum();
                assert!((sum - 1.0).abs() < 1e-6);
            }
            // The bag's 1, −1, 3 as shares, and the shipped shares as they are.
            let bag = report.bag_of_moves.unwrap();
            assert!((bag[0] - 0.25).abs() < 1e-6 && bag[1] == 0.0);
            assert_eq!(report.majority.unwrap(), vec![0.25; 192]);
        }
    }
}

/// The edit flips what the network plays; random directions and another square do not.
fn edits_change_the_mind<B: Backend>(backend: &B) {
    let (mut table, case) = (Table::new(backend), believer::case());
    let mut asked = one_change(Change::Flip, 1.5, &[1]);
    asked.strength.sweep = true;
    let report = table.ask(&asked);
    assert!(report.moves.unwrap().top1_legal);
    let changed = report.intervention.unwrap();
    let differ = (case.truth.legal() ^ case.flipped.legal()).count_ones() as usize;
    assert!(changed.before.errors >= differ.div_ceil(2));
    assert_eq!(changed.after.errors.errors, 0);
    assert!(changed.after.moves.top1_legal);
    assert_eq!(
        changed.newly_legal.len() + changed.newly_illegal.len(),
        differ
    );
    let before = changed.before.errors as f64;
    assert!(changed.control.random_direction.mean > 0.9 * before);
    assert_eq!(changed.control.random_direction.draws, 64);
    let elsewhere = changed.control.unrelated_square.unwrap();
    assert_eq!(elsewhere.errors, changed.before);
    assert_ne!(elsewhere.squares, [case.square]);
    let sweep = changed.sweep.unwrap();
    assert_eq!(
        sweep.iter().map(|point| point.layer).collect::<Vec<_>>(),
        [0, 1]
    );
    assert!(
        sweep
            .iter()
            .all(|point| point.errors == 0 && point.random_errors > 0.9 * before)
    );
    // A step of 0.5 moves both coordinates by 0.35: the disc still belongs more to its true owner.
    let weak = table
        .ask(&one_change(Change::Flip, 0.5, &[1]))
        .intervention
        .unwrap();
    assert_eq!(weak.after.errors, changed.before);
}

/// The same question gives the same answer; the seed decides the controls alone.
fn answers_are_repeatable<B: Backend>(backend: &B) {
    let ply = believer::case().ply;
    let mut asked = one_change(Change::Empty, 2.0, &[0, 1]);
    asked.attention = true;
    let first = Table::new(backend).ask(&asked);
    let mut again = Table::new(backend);
    let before = again.ask(&Question {
        attention: true,
        ..question(ply - 1)
    });
    assert_eq!(before.attention[0].shape(), [1, ply - 1]);
    let mut second = again.ask(&asked);
    assert_eq!(second.reused_positions, ply - 1);
    second.reused_positions = 0;
    assert_eq!(first, second);
    let row: f32 = first.attention[0].data().iter().sum();
    assert!((row - 1.0).abs() < 1e-5);
    asked.strength.seed = 2;
    let (first, other) = (
        first.intervention.unwrap(),
        again.ask(&asked).intervention.unwrap(),
    );
    assert_eq!(first.after, other.after);
    assert_ne!(first.control, other.control);
}

macro_rules! on_both_engines {
    ($($name:ident),+) => {
        mod cpu { $(#[test] fn $name() { super::$name(&super::CpuBackend); })+ }
        mod gpu { $(#[test] fn $name() { super::$name(&super::gpu()); })+ }
    };
}
on_both_engines!(
    boards_are_read,
    edits_change_the_mind,
    answers_are_repeatable,
    a_few_steps_agree
);

/// The machine's adapter, or Mesa's lavapipe.
fn gpu() -> Gpu {
    block_on(Gpu::request()).unwrap_or_else(|error| {
        panic!("{error}; `apt install mesa-vulkan-drivers` brings an adapter in software")
    })
}

#[test]
fn what_the_network_cannot_read_is_said() {
    let mut table = Table::new(&CpuBackend);
    for (ply, word) in [(0, "No move"), (60, "at most 59")] {
        let report = table.ask(&question(ply));
        assert!(report.unread.unwrap().contains(word));
        assert!(report.boards.is_empty() && report.moves.is_none());
    }
    assert_eq!(
        table.try_ask(&question(61)).unwrap_err().code(),
        "bad-input"
    );
    let no_layer = table
        .try_ask(&one_change(Change::Flip, 1.0, &[2]))
        .unwrap_err();
    assert!(no_layer.to_string().contains("no layer 2"));
    let Table {
        model, untrained, ..
    } = &mut table;
    let flip = one_change(Change::Flip, 1.0, &[1]);
    let without = block_on(report(model, untrained, None, &flip)).unwrap_err();
    assert!(without.to_string().contains("none are attached"));
    let bare = block_on(report(model, untrained, None, &question(20))).unwrap();
    assert!(bare.boards.is_empty() && bare.moves.is_some() && bare.untrained_moves.is_some());
}

#[test]
fn probes_of_another_model_are_refused_by_name() {
    let (config, weights) = (believer::probes_config(), believer::probes_weights());
    let refused = |from: &str, to: &str| {
        let config = believer::probes_config();
        assert!(config.contains(from), "{from}");
        let error = believer::attach(&config.replace(from, to), &weights).unwrap_err();
        (error.code(), error.to_string())
    };
    for (from, to, code, both) in [
        (
            "believer",
            "othello",
            "does-not-fit",
            ["\"othello\"", "\"believer\""],
        ),
        (
            "\"d_model\": 384",
            "\"d_model\": 160",
            "does-not-fit",
            ["160", "384"],
        ),
        (
            "\"n_layers\": 1",
            "\"n_layers\": 8",
            "does-not-fit",
            ["8 layers", "has 1"],
        ),
        (
            "crc32\": \"",
            "crc32\": \"0",
            "does-not-fit",
            ["other weights", "believer"],
        ),
        (
            "resid_post",
            "resid_mid",
            "bad-model-file",
            ["hooks", "resid_post"],
        ),
        (
            "\"board\": 8",
            "\"board\": 6",
            "bad-model-file",
            ["board", "6"],
        ),
        (
            "\"scale\": 0.2",
            "\"scale\": true",
            "bad-model-file",
            ["intervention", "scale"],
        ),
        (
            "\"layers\": [1]",
            "\"layers\": [2]",
            "bad-model-file",
            ["intervention", "layers"],
        ),
        (
            "untrained_seed",
            "untrained_sed",
            "bad-model-file",
            ["untrained_sed", "untrained_seed"],
        ),
        (
            "\"untrained_seed\": 5",
            "\"untrained_seed\": -5",
            "bad-model-file",
            ["untrained_seed", "whole"],
        ),
    ] {
        let (said_code, said) = refused(from, to);
        assert_eq!(said_code, code, "{said}");
        assert!(both.iter().all(|word| said.contains(word)), "{said}");
    }
    let cut = believer::attach(&config, &weights[..weights.len() - 1]);
    assert_eq!(cut.unwrap_err().code(), "bad-model-file");
}
