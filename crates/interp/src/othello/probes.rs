//! A folder of board probes: one linear read-out per layer and frame, of a model and of its untrained
//! twin, and two controls that need no network.

use glasshouse_hooks::{HookPoint, Site};
use glasshouse_model::{Config, Fields, Weights, shown};
use glasshouse_othello::{Frame, Game};
use glasshouse_tensor::{Error, HostTensor, Result};
use serde_json::{Value, json};

use super::edit::SQUARES;
use crate::probe::{LinearProbe, normalise};

/// States of a square: empty and the two owners.
pub const STATES: usize = 3;
/// Numbers that describe a bag of moves, see [`bag_of_moves`].
pub const BAG: usize = 3 * SQUARES + PLIES;
/// Plies of the longest game.
const PLIES: usize = 60;

const FILE: &str = "the probes' config.json";
const FIELDS: &[&str] = &[
    "format_version",
    "kind",
    "model",
    "model_crc32",
    "d_model",
    "n_layers",
    "board",
    "frames",
    "hooks",
    "untrained_seed",
    "intervention",
];

/// The model that probes are to be attached to.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    /// Its config.
    pub config: &'a Config,
    /// The `model_name` of its config file.
    pub name: &'a str,
    /// `model.safetensors` as it was read.
    pub weights: &'a [u8],
}

/// Probes that fit a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Probes {
    /// Where each layer's probe reads, from the embedding up.
    pub hooks: Vec<HookPoint>,
    /// Seed of the untrained twin that the second probes were fitted on.
    pub untrained_seed: u64,
    /// The layers and the scale at which edits work best, where that was measured.
    pub best_edit: Option<(Vec<usize>, f64)>,
    frames: [OfFrame; 2],
}

/// Everything in one frame.
#[derive(Debug, Clone, PartialEq)]
struct OfFrame {
    model: Vec<LinearProbe>,
    untrained: Vec<LinearProbe>,
    bag_of_moves: LinearProbe,
    /// `[PLIES, SQUARES, STATES]`
    majority: HostTensor,
}

/// Where boards are read in a model, from the embedding up: before the first block and after each.
pub fn layers(config: &Config) -> Vec<HookPoint> {
    let blocks = 0..config.n_layers;
    let embedding = HookPoint::block(0, Site::ResidPre);
    std::iter::once(embedding)
        .chain(blocks.map(|block| HookPoint::block(block, Site::ResidPost)))
        .collect()
}

impl Probes {
    /// Reads the folder's `config.json` and `model.safetensors`.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] for a damaged file; [`Error::DoesNotFit`] where the probes were fitted on
    /// another model, which the sentence names beside this one.
    pub fn parse(config: &str, weights: &[u8], model: Model) -> Result<Self> {
        let fields = Fields::parse_as(FILE, config)?;
        fields.refuse_unknown(&[FIELDS])?;
        fields.refuse_unsupported("format_version", &[json!(1)])?;
        fields.refuse_unsupported("kind", &[json!("board-probes")])?;
        fields.refuse_unsupported("board", &[json!(8)])?;
        fields.refuse_unsupported("frames", &[json!(["mine-theirs", "black-white"])])?;
        let hooks = layers(model.config);
        check_fit(&fields, &hooks, model)?;
        let seed = fields.given("untrained_seed").and_then(Value::as_u64);
        let seed = seed.ok_or_else(|| fields.bad("\"untrained_seed\" must be a whole number"))?;

        let mut tensors = Weights::parse("The probes' model.safetensors", weights)?;
        let frames = [
            OfFrame::take(&mut tensors, "mine_theirs", model.config)?,
            OfFrame::take(&mut tensors, "black_white", model.config)?,
        ];
        tensors.refuse_leftovers(&[])?;
        let best_edit = match fields.given("intervention") {
            None => None,
            Some(value) => Some(best_edit(value, hooks.len()).ok_or_else(|| {
                fields.bad("\"intervention\" must hold \"layers\" of the probes and a \"scale\"")
            })?),
        };
        Ok(Self {
            hooks,
            untrained_seed: seed,
            best_edit,
            frames,
        })
    }

    fn of(&self, frame: Frame) -> &OfFrame {
        &self.frames[usize::from(frame == Frame::BlackWhite)]
    }

    /// One probe per layer, in the order of [`Probes::hooks`].
    pub fn model(&self, frame: Frame) -> &[LinearProbe] {
        &self.of(frame).model
    }

    /// The same, fitted on the untrained twin.
    pub fn untrained(&self, frame: Frame) -> &[LinearProbe] {
        &self.of(frame).untrained
    }

    /// What the bag of moves says of the board after `ply` moves, `[square, state]`: the ridge
    /// regression's numbers, those below 0 cut off, scaled to the sum 1.
    ///
    /// # Errors
    /// [`Error::Internal`] where the game is shorter than that.
    pub fn bag_of_moves(&self, frame: Frame, game: &Game<8>, ply: usize) -> Result<Vec<f32>> {
        let bag = bag_of_moves(game, ply)?;
        let mut shares = self.of(frame).bag_of_moves.logits(&bag)?;
        for square in shares.chunks_exact_mut(STATES) {
            square.iter_mut().for_each(|share| *share = share.max(0.0));
            normalise(square);
        }
        Ok(shares)
    }

    /// How often each square was in each state after `ply` moves of random games, `[square, state]`;
    /// none before the first move and after the last.
    pub fn majority(&self, frame: Frame, ply: usize) -> Option<Vec<f32>> {
        let mut rows = self
            .of(frame)
            .majority
            .data()
            .chunks_exact(SQUARES * STATES);
        Some(rows.nth(ply.checked_sub(1)?)?.to_vec())
    }
}

impl OfFrame {
    fn take(tensors: &mut Weights, frame: &str, config: &Config) -> Result<Self> {
        let mut probe = |name: String, inputs| {
            let weight = tensors.take(&format!("{name}.weight"), &[inputs, SQUARES, STATES])?;
            let bias = tensors.take(&format!("{name}.bias"), &[SQUARES, STATES])?;
            LinearProbe::new(weight, bias)
        };
        let mut of_layers = |source: &str| {
            (0..=config.n_layers)
                .map(|layer| probe(format!("{source}.{frame}.{layer}"), config.d_model))
                .collect::<Result<_>>()
        };
        let (model, untrained) = (of_layers("probe")?, of_layers("untrained")?);
        let bag_of_moves = probe(format!("bag_of_moves.{frame}"), BAG)?;
        let majority = format!("majority.{frame}");
        Ok(Self {
            model,
            untrained,
            bag_of_moves,
            majority: tensors.take(&majority, &[PLIES, SQUARES, STATES])?,
        })
    }
}

/// Refuses probes of another model, naming both.
fn check_fit(fields: &Fields, hooks: &[HookPoint], model: Model) -> Result<()> {
    let text = |name: &str| {
        let text = fields.given(name).and_then(Value::as_str);
        text.ok_or_else(|| fields.bad(format!("\"{name}\" must be a text")))
    };
    let does_not_fit = |what: String| Err(Error::DoesNotFit(what));
    let fitted_on = text("model")?;
    if fitted_on != model.name {
        return does_not_fit(format!(
            "These probes were fitted on the model \"{}\", not on \"{}\".",
            shown(fitted_on),
            shown(model.name)
        ));
    }
    for (name, here, of_what) in [
        ("d_model", model.config.d_model, "numbers per position"),
        ("n_layers", model.config.n_layers, "layers"),
    ] {
        let there = fields.size(name)?;
        if there != here {
            return does_not_fit(format!(
                "These probes are for a model of {there} {of_what}; \"{}\" has {here}.",
                shown(model.name)
            ));
        }
    }
    let expected = hooks.iter().map(|hook| Value::from(hook.to_string()));
    if fields.given("hooks") != Some(&expected.collect()) {
        return Err(fields.bad(
            "\"hooks\" must name hook_resid_pre of the first block, then hook_resid_post of every block",
        ));
    }
    let (there, here) = (text("model_crc32")?, crc32(model.weights));
    if there != format!("{here:08x}") {
        return does_not_fit(format!(
            "These probes were fitted on other weights of \"{}\" (checksum {}, here {here:08x}).",
            shown(model.name),
            shown(there)
        ));
    }
    Ok(())
}

/// The layers and the scale of the config's `intervention`; none where it is malformed.
fn best_edit(value: &Value, layers: usize) -> Option<(Vec<usize>, f64)> {
    let chosen = value["layers"].as_array()?.iter().map(|layer| {
        let layer = layer.as_u64()? as usize;
        (layer < layers).then_some(layer)
    });
    Some((chosen.collect::<Option<_>>()?, value["scale"].as_f64()?))
}

/// What is known of a position without any network or rule, `[BAG]`: for every square whether the side
/// to move played there, whether the other side did, whether it is the last move; and the ply.
///
/// # Errors
/// [`Error::Internal`] where the game has not that many moves, or none are asked for.
pub fn bag_of_moves(game: &Game<8>, ply: usize) -> Result<Vec<f32>> {
    let (Some(now), Some(moves)) = (game.positions().get(ply), game.moves().get(..ply)) else {
        return Err(Error::Internal(format!("the game has no ply {ply}")));
    };
    let Some(&last) = moves.last() else {
        return Err(Error::Internal("a bag of no moves".into()));
    };
    let mut bag = vec![0.0; BAG];
    for (&square, before) in moves.iter().zip(game.positions()) {
        let by_other = before.to_move != now.to_move;
        bag[usize::from(by_other) * SQUARES + usize::from(square)] = 1.0;
    }
    bag[2 * SQUARES + usize::from(last)] = 1.0;
    bag[3 * SQUARES + ply - 1] = 1.0;
    Ok(bag)
}

/// The checksum of zlib, gzip and PNG: tells one file from another, proves nothing against malice.
pub fn crc32(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|byte| {
        (0..8).fold(byte as u32, |crc, _| {
            crc >> 1 ^ 0xEDB8_8320 & (crc & 1).wrapping_neg()
        })
    });
    let step = |crc: u32, &byte: &u8| crc >> 8 ^ table[usize::from(crc as u8 ^ byte)];
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn a_bag_knows_who_played_where_and_when() {
        let game = Game::<8>::parse("f5d6c3").unwrap();
        // White is to move: f5 and c3 are the other side's, d6 its own.
        let bag = bag_of_moves(&game, 3).unwrap();
        let on: Vec<usize> = (0..BAG).filter(|&at| bag[at] == 1.0).collect();
        assert_eq!(on, [43, 64 + 18, 64 + 37, 128 + 18, 192 + 2]);
        assert_eq!(bag.iter().sum::<f32>(), 5.0);
        let bag = bag_of_moves(&game, 1).unwrap();
        let on: Vec<usize> = (0..BAG).filter(|&at| bag[at] == 1.0).collect();
        assert_eq!(on, [64 + 37, 128 + 37, 192]);
        assert!(bag_of_moves(&game, 0).is_err() && bag_of_moves(&game, 4).is_err());
    }
}
