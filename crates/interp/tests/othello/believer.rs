//! A network made by hand, which knows one game by heart: its positional embedding holds the board after
//! every move, and its unembedding adds up, for one chosen square, which moves are legal.

use std::collections::BTreeMap;

use glasshouse_interp::othello::probes::{Model, Probes, crc32};
use glasshouse_model::{Config, Means, Runner, Transformer, Weights};
use glasshouse_othello::{Board, Frame, Game, random_game, tokens};
use glasshouse_tensor::{Backend, Result};
use safetensors::tensor::{Dtype, TensorView, serialize};

/// Numbers of the residual stream: three states of 64 squares in two frames.
pub const WIDTH: usize = 2 * 3 * 64;
/// How far a probe's logit rises with its coordinate.
const SURE: f32 = 8.0;

/// One changed square and what it does to the legal moves.
pub struct Case {
    /// The position after so many moves.
    pub ply: usize,
    /// The square whose disc is flipped.
    pub square: u32,
    /// The true board.
    pub truth: Board<8>,
    /// The same with the disc flipped.
    pub flipped: Board<8>,
}

/// The game that the network knows.
pub fn game() -> Game<8> {
    random_game::<8>(11, 0)
}

/// The first position of the game's second half where flipping a disc changes the legal moves and leaves
/// as many, with an edit to `mine` as good as a flip.
pub fn case() -> Case {
    let game = game();
    let mut cases = (20..50).flat_map(|ply| (0..64).map(move |square| (ply, square)));
    let found = cases.find_map(|(ply, square)| {
        let truth = game.positions()[ply].board;
        let bit = 1u64 << square;
        let flipped = Board {
            mine: truth.mine | bit,
            theirs: truth.theirs & !bit,
        };
        let differ = (truth.legal() ^ flipped.legal()).count_ones();
        (truth.theirs & bit != 0 && differ >= 3 && flipped.legal() != 0).then_some(Case {
            ply,
            square,
            truth,
            flipped,
        })
    });
    found.expect("a game of sixty moves has such a position")
}

type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn bytes(tensors: &Tensors) -> Vec<u8> {
    let raw: Vec<_> = tensors
        .iter()
        .map(|(name, (shape, numbers))| {
            let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
            (name.clone(), shape.clone(), bytes)
        })
        .collect();
    let views = raw.iter().map(|(name, shape, bytes)| {
        (
            name,
            TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap(),
        )
    });
    serialize(views, None).unwrap()
}

/// The coordinate that is 1 where a square is in a state.
fn coordinate(frame: usize, square: usize, state: usize) -> usize {
    (frame * 64 + square) * 3 + state
}

/// The network on a backend.
pub fn runner<B: Backend>(backend: &B) -> Runner<B> {
    let weights = Weights::parse("model.safetensors", &model_weights()).unwrap();
    let model = Transformer::load(backend, config(), weights).unwrap();
    Runner::new(backend.clone(), model, Means::default())
}

/// The network's weights as a file.
pub fn model_weights() -> Vec<u8> {
    let (game, case) = (game(), case());
    let context = tokens::context::<8>();
    let mut tensors = Tensors::new();
    let mut zeros = |name: &str, shape: &[usize]| {
        let numbers = vec![0.0; shape.iter().product()];
        tensors.insert(name.into(), (shape.to_vec(), numbers));
    };
    for part in ["W_Q", "W_K", "W_V"] {
        zeros(&format!("blocks.0.attn.{part}"), &[1, WIDTH, 8]);
    }
    zeros("blocks.0.attn.W_O", &[1, 8, WIDTH]);
    zeros("embed.W_E", &[61, WIDTH]);
    let mut rows = vec![0.0; context * WIDTH];
    for (position, row) in rows.chunks_exact_mut(WIDTH).enumerate() {
        let board = &game.positions()[position + 1];
        for (at, frame) in [Frame::MineTheirs, Frame::BlackWhite]
            .into_iter()
            .enumerate()
        {
            for (square, state) in board.states(frame).into_iter().enumerate() {
                row[coordinate(at, square, state.into())] = 1.0;
            }
        }
    }
    tensors.insert("pos_embed.W_pos".into(), (vec![context, WIDTH], rows));
    // Legal whoever owns the square: 4. Legal on one of the two boards only: 3 while it is owned so.
    let (mut columns, mut bias) = (vec![0.0; WIDTH * 61], vec![0.0; 61]);
    for square in 0..64 {
        let Some(id) = tokens::id_of::<8>(square) else {
            continue;
        };
        let legal = |board: Board<8>| board.legal() >> square & 1 == 1;
        let (truth, flipped) = (legal(case.truth), legal(case.flipped));
        let by_owner = match (truth, flipped) {
            (true, true) => {
                bias[id as usize] = 4.0;
                continue;
            }
            (false, false) => continue,
            (false, true) => 3.0,
            (true, false) => -3.0,
        };
        for (state, gain) in [(1, by_owner), (2, -by_owner)] {
            columns[coordinate(0, case.square as usize, state) * 61 + id as usize] = gain;
        }
    }
    tensors.insert("unembed.W_U".into(), (vec![WIDTH, 61], columns));
    tensors.insert("unembed.b_U".into(), (vec![61], bias));
    bytes(&tensors)
}

fn config() -> Config {
    let json = format!(
        r#"{{"format_version": 1, "model_name": "believer", "n_layers": 1, "d_model": {WIDTH}, "n_ctx": 59,
            "d_head": 8, "n_heads": 1, "attn_only": true, "d_vocab": 61, "normalization_type": null}}"#
    );
    Config::parse(&json).unwrap()
}

/// Attaches probes to the network.
pub fn attach(probes_config: &str, probes_weights: &[u8]) -> Result<Probes> {
    let model = Model {
        config: &config(),
        name: "believer",
        weights: &model_weights(),
    };
    Probes::parse(probes_config, probes_weights, model)
}

/// The config of the network's probes.
pub fn probes_config() -> String {
    format!(
        r#"{{"format_version": 1, "kind": "board-probes", "model": "believer", "model_crc32": "{:08x}",
            "d_model": {WIDTH}, "n_layers": 1, "board": 8, "frames": ["mine-theirs", "black-white"],
            "hooks": ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post"], "untrained_seed": 5,
            "intervention": {{"layers": [1], "scale": 0.2}}}}"#,
        crc32(&model_weights())
    )
}

/// The probes that read the board out of it exactly, and controls that know nothing.
pub fn probes_weights() -> Vec<u8> {
    let mut tensors = Tensors::new();
    for (at, frame) in ["mine_theirs", "black_white"].into_iter().enumerate() {
        let mut exact = vec![0.0; WIDTH * 64 * 3];
        for square in 0..64 {
            for state in 0..3 {
                exact[coordinate(at, square, state) * 192 + square * 3 + state] = SURE;
            }
        }
        let mut put = |name: &str, shape: Vec<usize>, numbers: Vec<f32>| {
            tensors.insert(name.replace("FRAME", frame), (shape, numbers));
        };
        for layer in 0..2 {
            put(
                &format!("probe.FRAME.{layer}.weight"),
                vec![WIDTH, 64, 3],
                exact.clone(),
            );
            put(
                &format!("probe.FRAME.{layer}.bias"),
                vec![64, 3],
                vec![0.0; 192],
            );
            let nothing = vec![0.0; WIDTH * 192];
            put(
                &format!("untrained.FRAME.{layer}.weight"),
                vec![WIDTH, 64, 3],
                nothing,
            );
            put(
                &format!("untrained.FRAME.{layer}.bias"),
                vec![64, 3],
                vec![0.0; 192],
            );
        }
        put(
            "bag_of_moves.FRAME.weight",
            vec![252, 64, 3],
            vec![0.0; 252 * 192],
        );
        put(
            "bag_of_moves.FRAME.bias",
            vec![64, 3],
            [1.0, -1.0, 3.0].repeat(64),
        );
        put("majority.FRAME", vec![60, 64, 3], vec![0.25; 60 * 192]);
    }
    bytes(&tensors)
}
