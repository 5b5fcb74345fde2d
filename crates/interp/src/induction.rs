//! The report behind `<glass-induction>`: where each head looks, which kind of head it is, what
//! happens to the prediction when some are switched off, and what chance alone would show.

use glasshouse_hooks::{Edit, HookPoint, How, Site};
use glasshouse_model::{Config, Means, Positions, RunOutput, Runner, Transformer, Weights};
use glasshouse_tensor::{Backend, Error, HostTensor, Result};
use serde::{Deserialize, Serialize};

use crate::detector::{Scores, Targets};
use crate::prediction::{Candidate, next_token_prob, top};
use crate::random_heads::{RandomHeads, head_norms};

/// One head that is switched off at `hook_z`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ablation {
    /// Block.
    pub layer: usize,
    /// Head within the block.
    pub head: usize,
    /// `zero` or `mean`.
    pub how: How,
}

/// What a reader asks about one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The text, BOS included.
    pub ids: Vec<u32>,
    /// The position whose next tokens are listed.
    pub position: usize,
    /// How many next tokens are listed.
    pub top_count: usize,
    /// Heads that are switched off.
    pub ablations: Vec<Ablation>,
}

/// A head of the model with its scores and what they must be held against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    /// Block.
    pub layer: usize,
    /// Head within the block.
    pub head: usize,
    /// Scores on the text, nothing switched off.
    #[serde(flatten)]
    pub scores: Scores,
    /// Scores while the chosen heads are switched off.
    pub ablated: Option<Scores>,
    /// What chance shows.
    pub control: Control,
}

/// What scores like those of a head without having learnt anything.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Control {
    /// Mean over the heads of the same layer in the untrained model.
    pub untrained: Scores,
    /// 95th percentile over random heads of the same norm at the same place.
    pub random95: Scores,
}

/// A head of the one-layer twin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TwinHead {
    /// Block.
    pub layer: usize,
    /// Head within the block.
    pub head: usize,
    /// Scores on the same text.
    #[serde(flatten)]
    pub scores: Scores,
}

/// The most probable next tokens at the selected position.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Top {
    /// The selected position.
    pub position: usize,
    /// Nothing switched off.
    pub baseline: Vec<Candidate>,
    /// The chosen heads switched off.
    pub ablated: Option<Vec<Candidate>>,
    /// The one-layer twin.
    pub twin: Option<Vec<Candidate>>,
}

/// The whole answer, but for the patterns.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Probability of each actual next token.
    pub next_token_prob: Vec<Option<f64>>,
    /// The same with the chosen heads switched off.
    pub ablated_next_token_prob: Option<Vec<Option<f64>>>,
    /// The same in the one-layer twin.
    pub twin_next_token_prob: Option<Vec<Option<f64>>>,
    /// The same in the untrained model.
    pub untrained_next_token_prob: Vec<Option<f64>>,
    /// The largest score that this text allows, for each kind of head.
    pub ceiling: Scores,
    /// All heads, block by block.
    pub heads: Vec<Head>,
    /// All heads of the twin.
    pub twin_heads: Option<Vec<TwinHead>>,
    /// The selected position.
    pub top: Top,
    /// Leading positions that did not have to be computed again.
    pub reused_positions: usize,
    /// One pattern `[head, query, key]` per block, of the run with the ablations where there are any.
    #[serde(skip)]
    pub patterns: Vec<HostTensor>,
}

/// The controls of one model, made once.
pub struct Controls<B: Backend> {
    untrained: Runner<B>,
    random: Vec<RandomHeads<B>>,
    /// The last text and its control scores by layer: they do not change with ablations.
    last: Option<(Vec<u32>, Vec<Scores>)>,
}

impl<B: Backend> Controls<B> {
    /// Draws the untrained twin and the random heads for a model, all from `seed`.
    ///
    /// # Errors
    /// Where the device refuses the weights.
    pub fn draw(backend: &B, config: &Config, weights: &Weights, seed: u64) -> Result<Self> {
        let untrained = Weights::untrained(config, seed);
        let untrained = Transformer::load(backend, config.clone(), untrained)?;
        let random = (0..config.n_layers)
            .map(|layer| {
                let norms = head_norms(weights, config, layer);
                RandomHeads::draw(backend, config, layer, norms, seed)
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            untrained: Runner::new(backend.clone(), untrained, Means::default()),
            random,
            last: None,
        })
    }

    /// The 95th percentile of random heads, layer by layer.
    async fn random_95(
        &mut self,
        backend: &B,
        config: &Config,
        run: &RunOutput,
        question: &Question,
        targets: &Targets,
    ) -> Result<Vec<Scores>> {
        if let Some((ids, scores)) = &self.last
            && *ids == question.ids
        {
            return Ok(scores.clone());
        }
        let mut scores = Vec::with_capacity(self.random.len());
        for (layer, heads) in self.random.iter().enumerate() {
            let input = query_key_input(config, run, layer)?;
            scores.push(
                heads
                    .percentile_95(backend, config, &input, targets)
                    .await?,
            );
        }
        self.last = Some((question.ids.clone(), scores.clone()));
        Ok(scores)
    }
}

/// What the report captures of the trained model: every pattern, and what random heads need as input.
pub fn wanted(config: &Config) -> Vec<HookPoint> {
    let valid = config.hook_points();
    let sites = [
        Site::PosEmbed,
        Site::ResidPre,
        Site::Ln1Normalized,
        Site::Pattern,
    ];
    valid
        .into_iter()
        .filter(|point| sites.contains(&point.site()))
        .collect()
}

/// All patterns of a model.
pub fn patterns(config: &Config) -> Vec<HookPoint> {
    let valid = config.hook_points();
    valid
        .into_iter()
        .filter(|point| point.site() == Site::Pattern)
        .collect()
}

/// Answers `question` about `model`; `twin` is the one-layer twin's config and its run over the same
/// ids with all its [`patterns`].
///
/// # Errors
/// [`Error::BadInput`] for a position or head that is not there, [`Error::BadEdit`] for a mean
/// ablation without means, and what [`Runner::run`] fails with.
pub async fn report<B: Backend>(
    model: &mut Runner<B>,
    controls: &mut Controls<B>,
    question: &Question,
    twin: Option<(&Config, &RunOutput)>,
) -> Result<Report> {
    let config = model.config().clone();
    let backend = model.backend().clone();
    let ids = &question.ids;
    let edits = ablation_edits(&config, &question.ablations)?;
    let targets = Targets::new(ids);

    let baseline = model.run(ids, &wanted(&config), &[]).await?;
    let ablated = match edits.is_empty() {
        true => None,
        false => Some(model.run(ids, &patterns(&config), &edits).await?),
    };
    let untrained = controls.untrained.run(ids, &patterns(&config), &[]).await?;
    let random95 = controls
        .random_95(&backend, &config, &baseline, question, &targets)
        .await?;

    let trained_scores = scores_by_layer(&baseline, &targets)?;
    let ablated_scores = ablated
        .as_ref()
        .map(|run| scores_by_layer(run, &targets))
        .transpose()?;
    let untrained_scores = scores_by_layer(&untrained, &targets)?;
    let mut heads = Vec::new();
    for (layer, scores) in trained_scores.iter().enumerate() {
        let control = Control {
            untrained: mean(&untrained_scores[layer]),
            random95: random95[layer],
        };
        heads.extend(scores.iter().enumerate().map(|(head, &scores)| Head {
            layer,
            head,
            scores,
            ablated: ablated_scores.as_ref().map(|ablated| ablated[layer][head]),
            control,
        }));
    }
    let at = |run: &RunOutput| top(&run.logits, question.position, question.top_count);
    let prob = |run: &RunOutput| next_token_prob(&run.logits, ids);
    Ok(Report {
        next_token_prob: prob(&baseline)?,
        ablated_next_token_prob: ablated.as_deref().map(prob).transpose()?,
        twin_next_token_prob: twin.map(|(_, run)| prob(run)).transpose()?,
        untrained_next_token_prob: prob(&untrained)?,
        ceiling: targets.ceiling(),
        heads,
        twin_heads: twin.map(|(_, run)| twin_heads(run, &targets)).transpose()?,
        top: Top {
            position: question.position,
            baseline: at(&baseline)?,
            ablated: ablated.as_deref().map(at).transpose()?,
            twin: twin.map(|(_, run)| at(run)).transpose()?,
        },
        reused_positions: baseline.reused_positions,
        patterns: captured(ablated.as_ref().unwrap_or(&baseline), Site::Pattern)
            .cloned()
            .collect(),
    })
}

fn ablation_edits(config: &Config, ablations: &[Ablation]) -> Result<Vec<Edit>> {
    ablations
        .iter()
        .map(|&Ablation { layer, head, how }| {
            if layer >= config.n_layers || head >= config.n_heads {
                return Err(Error::BadInput(format!(
                    "There is no head {layer}.{head}: the model has {} layers of {} heads.",
                    config.n_layers, config.n_heads
                )));
            }
            match how {
                How::Zero | How::Mean => Ok(Edit::ablate_head(layer, head, how)),
                _ => Err(Error::BadInput(
                    "A head is ablated by \"zero\" or \"mean\".".into(),
                )),
            }
        })
        .collect()
}

fn captured(run: &RunOutput, site: Site) -> impl Iterator<Item = &HostTensor> {
    let of_site = run
        .captured
        .iter()
        .filter(move |(point, _)| point.site() == site);
    of_site.map(|(_, tensor)| tensor)
}

fn scores_by_layer(run: &RunOutput, targets: &Targets) -> Result<Vec<Vec<Scores>>> {
    captured(run, Site::Pattern)
        .map(|pattern| targets.score(pattern))
        .collect()
}

fn mean(scores: &[Scores]) -> Scores {
    let count = scores.len().max(1) as f64;
    Scores::from_kinds(|kind| scores.iter().map(|scores| scores.of(kind)).sum::<f64>() / count)
}

fn twin_heads(run: &RunOutput, targets: &Targets) -> Result<Vec<TwinHead>> {
    let by_layer = scores_by_layer(run, targets)?;
    let layers = by_layer.into_iter().enumerate();
    Ok(layers
        .flat_map(|(layer, scores)| {
            let heads = scores.into_iter().enumerate();
            heads.map(move |(head, scores)| TwinHead {
                layer,
                head,
                scores,
            })
        })
        .collect())
}

/// What queries and keys of `layer` were computed from, `[pos, d_model]`: the normalised residual
/// stream (its `hook_normalized`), plus the positions in shortformer models.
fn query_key_input(config: &Config, run: &RunOutput, layer: usize) -> Result<HostTensor> {
    let find = |point: HookPoint| {
        let mut all = run.captured.iter();
        all.find(|(candidate, _)| *candidate == point)
            .map(|(_, tensor)| tensor)
    };
    let normalized = find(HookPoint::block(layer, Site::Ln1Normalized));
    let stream = normalized.or_else(|| find(HookPoint::block(layer, Site::ResidPre)));
    let mut input = stream
        .cloned()
        .ok_or_else(|| Error::Internal("the residual stream was not captured".into()))?;
    if config.positions == Positions::Shortformer
        && let Some(rows) = find(HookPoint::global(Site::PosEmbed))
    {
        for (number, position) in input.data_mut().iter_mut().zip(rows.data()) {
            *number += position;
        }
    }
    Ok(input)
}
