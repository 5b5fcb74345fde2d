//! The report behind `<glass-othello>`: the board that each layer holds, what the network would play, and
//! what it plays after its mind was changed.

use glasshouse_hooks::{HookPoint, Site};
use glasshouse_model::{Config, Means, RunOutput, Runner, Transformer, Weights};
use glasshouse_othello::{Frame, Game, tokens};
use glasshouse_tensor::{Backend, Error, HostTensor, Result};
use serde::Serialize;

use super::edit::{SquareEdit, edited};
use super::intervention::{Believed, Intervention, Strength, intervene};
use super::moves::{Moves, moves};
use super::probes::{Probes, layers};
use crate::probe::{LinearProbe, norm};

/// What a reader asks about one position.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The game.
    pub game: Game<8>,
    /// The position after so many of its moves.
    pub ply: usize,
    /// In whose words boards are read.
    pub frame: Frame,
    /// What the reader makes the network believe.
    pub edits: Vec<SquareEdit>,
    /// Where and how strongly.
    pub strength: Strength,
    /// Whether attention patterns are wanted.
    pub attention: bool,
}

/// Whose residual stream a board was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The model.
    Model,
    /// Its untrained twin, by probes of its own.
    Untrained,
}

/// The board as a probe reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadBoard {
    /// 0 the embedding, l after block l − 1.
    pub layer: usize,
    /// Of whom.
    pub source: Source,
    /// `[square, state]`; crosses the border as a `Float32Array`.
    #[serde(skip)]
    pub probs: Vec<f32>,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Why the network cannot read this position, where it cannot; then nothing else is there.
    pub unread: Option<String>,
    /// By layer; first the model's, then the untrained twin's.
    pub boards: Vec<ReadBoard>,
    /// The board by the bag of moves, `[square, state]`.
    #[serde(skip)]
    pub bag_of_moves: Option<Vec<f32>>,
    /// The shares of the states at this ply of random games, `[square, state]`.
    #[serde(skip)]
    pub majority: Option<Vec<f32>>,
    /// What the model would play.
    pub moves: Option<Moves>,
    /// What its untrained twin would play.
    pub untrained_moves: Option<Moves>,
    /// Where the reader changes something.
    pub intervention: Option<Intervention>,
    /// Leading positions that did not have to be computed again.
    pub reused_positions: usize,
    /// Per block, how each head of the last position looks at the moves, `[head, key]`.
    #[serde(skip)]
    pub attention: Vec<HostTensor>,
}

/// Refuses a model that does not read Othello.
///
/// # Errors
/// [`Error::DoesNotFit`] names the vocabulary or the context that is another.
pub fn check_model(config: &Config) -> Result<()> {
    let vocabulary = tokens::vocabulary::<8>();
    for (what, is) in [
        ("tokens", config.d_vocab),
        ("output tokens", config.d_vocab_out),
    ] {
        if is != vocabulary {
            return Err(Error::DoesNotFit(format!(
                "This model has {is} {what}; one that plays Othello has {vocabulary}."
            )));
        }
    }
    Ok(())
}

/// The untrained twin of a model.
///
/// # Errors
/// Where the device refuses the weights.
pub fn untrained_twin<B: Backend>(backend: &B, config: &Config, seed: u64) -> Result<Runner<B>> {
    let weights = Weights::untrained(config, seed);
    let twin = Transformer::load(backend, config.clone(), weights)?;
    Ok(Runner::new(backend.clone(), twin, Means::default()))
}

/// The ids of the first `ply` moves of a game.
///
/// # Errors
/// [`Error::BadInput`] where it has not that many.
pub fn ids_of(game: &Game<8>, ply: usize) -> Result<Vec<u32>> {
    let moves = game.moves().get(..ply).ok_or_else(|| {
        Error::BadInput(format!(
            "There is no ply {ply}: the game has {} moves.",
            game.moves().len()
        ))
    })?;
    let ids = moves
        .iter()
        .map(|&square| tokens::id_of::<8>(square.into()));
    ids.collect::<Option<_>>()
        .ok_or_else(|| Error::Internal("a move on the centre".into()))
}

/// Answers `question` about `model` and `untrained`, its twin by the seed that the probes name.
///
/// # Errors
/// [`Error::BadInput`] for a ply that the game has not, or edits without probes;
/// [`Error::DoesNotFit`] for a model that does not read Othello; and what the runs fail with.
pub async fn report<B: Backend>(
    model: &mut Runner<B>,
    untrained: &mut Runner<B>,
    probes: Option<&Probes>,
    question: &Question,
) -> Result<Report> {
    let config = model.config().clone();
    check_model(&config)?;
    let Question {
        game, ply, frame, ..
    } = question;
    let ids = ids_of(game, *ply)?;
    let mut report = Report {
        unread: unread(*ply, config.n_ctx),
        boards: Vec::new(),
        bag_of_moves: None,
        majority: None,
        moves: None,
        untrained_moves: None,
        intervention: None,
        reused_positions: 0,
        attention: Vec::new(),
    };
    if report.unread.is_some() {
        return Ok(report);
    }
    let truth = game.positions()[*ply].board;
    let mut wanted = layers(&config);
    let blocks = (0..config.n_layers).filter(|_| question.attention);
    wanted.extend(blocks.map(|block| HookPoint::block(block, Site::Pattern)));

    let run = model.run(&ids, &wanted, &[]).await?;
    let twin_run = untrained.run(&ids, &layers(&config), &[]).await?;
    let logits = last_row(&run.logits);
    report.moves = Some(moves(logits, truth.legal())?);
    report.untrained_moves = Some(moves(last_row(&twin_run.logits), truth.legal())?);
    report.reused_positions = run.reused_positions;
    let patterns = run.captured.iter();
    report.attention = patterns
        .filter(|(point, _)| point.site() == Site::Pattern)
        .map(|(_, pattern)| last_query(pattern))
        .collect::<Result<_>>()?;
    let Some(probes) = probes else {
        return match question.edits.is_empty() {
            true => Ok(report),
            false => Err(Error::BadInput(
                "The network's belief is changed along its probes, and none are attached.".into(),
            )),
        };
    };
    report.boards = read_boards(Source::Model, &run, probes, probes.model(*frame))?;
    report.boards.extend(read_boards(
        Source::Untrained,
        &twin_run,
        probes,
        probes.untrained(*frame),
    )?);
    report.bag_of_moves = Some(probes.bag_of_moves(*frame, game, *ply)?);
    report.majority = probes.majority(*frame, *ply);
    let changed = edited(truth, &question.edits)?;
    if !changed.steps.is_empty() {
        let at = Believed {
            ids: &ids,
            truth,
            logits,
            lengths: &lengths(&run, probes)?,
        };
        let changed = intervene(model, probes, &at, &changed, &question.strength).await?;
        report.intervention = Some(changed);
    }
    Ok(report)
}

/// Why the network cannot read a position.
fn unread(ply: usize, n_ctx: usize) -> Option<String> {
    match ply {
        0 => Some("No move has been played: the network has nothing to read yet.".into()),
        ply if ply > n_ctx => Some(format!(
            "The network reads at most {n_ctx} moves; this position comes after {ply}."
        )),
        _ => None,
    }
}

fn read_boards(
    source: Source,
    run: &RunOutput,
    probes: &Probes,
    by_layer: &[LinearProbe],
) -> Result<Vec<ReadBoard>> {
    let streams = last_streams(run, probes)?;
    let layers = streams.into_iter().zip(by_layer).enumerate();
    layers
        .map(|(layer, (stream, probe))| {
            Ok(ReadBoard {
                layer,
                source,
                probs: probe.probs(stream)?,
            })
        })
        .collect()
}

/// The residual stream at the last position, by layer of the probes.
fn last_streams<'r>(run: &'r RunOutput, probes: &Probes) -> Result<Vec<&'r [f32]>> {
    let of_hook = |hook: &HookPoint| {
        let captured = run.captured.iter().find(|(point, _)| point == hook);
        captured
            .map(|(_, stream)| last_row(stream))
            .ok_or_else(|| Error::Internal("the residual stream was not captured".into()))
    };
    probes.hooks.iter().map(of_hook).collect()
}

/// Lengths of the residual stream at the last position, by layer of the probes.
///
/// # Errors
/// [`Error::Internal`] where the run did not capture it.
pub fn lengths(run: &RunOutput, probes: &Probes) -> Result<Vec<f32>> {
    Ok(last_streams(run, probes)?.into_iter().map(norm).collect())
}

/// The last row of `[rows, width]`.
pub fn last_row(tensor: &HostTensor) -> &[f32] {
    let width = tensor.shape()[tensor.shape().len() - 1];
    &tensor.data()[tensor.data().len() - width..]
}

/// `[head, query, key]` → `[head, key]` of the last query.
fn last_query(pattern: &HostTensor) -> Result<HostTensor> {
    let &[heads, queries, keys] = pattern.shape() else {
        return Err(Error::Internal("a pattern has three axes".into()));
    };
    let heads_of = pattern.data().chunks_exact(queries * keys);
    let rows = heads_of.flat_map(|head| &head[(queries - 1) * keys..]);
    HostTensor::new([heads, keys], rows.copied().collect())
}
