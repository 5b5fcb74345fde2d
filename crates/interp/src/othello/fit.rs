//! A board probe that is fitted while the reader watches, on games played for it: logistic regression on
//! the residual stream of one layer, tested on games of its own, beside the same on shuffled labels and
//! on the untrained twin.

use std::rc::Rc;

use glasshouse_hooks::HookPoint;
use glasshouse_model::{Config, Runner};
use glasshouse_othello::{Frame, Game, random_game};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Backend, Error, HostTensor, Result};
use serde::Serialize;

use super::accuracy::{Accuracy, Tally};
use super::edit::SQUARES;
use super::probes::{STATES, layers};
use super::report::{check_model, ids_of};
use crate::probe::answers;
use crate::softmax_regression::{Examples, SoftmaxRegression, cross_entropy};

/// Fewest and most games of a fit.
pub const GAMES: [usize; 2] = [10, 1000];
/// Steps of each probe.
const STEPS: u32 = 300;
/// Steps, and games, of one slice.
const STEPS_AT_ONCE: u32 = 10;
const GAMES_AT_ONCE: usize = 2;
/// Games that one step looks at.
const GAMES_PER_STEP: usize = 8;
/// Most games that are kept for the test; a fifth where that is fewer.
const MOST_HELD_OUT: usize = 24;
/// Keeps the games apart from those that models are trained on, whose seeds are small.
const SEED: u64 = 0x7072_6F62 << 32;
/// Random stream of the order of the batches.
const ORDER: u64 = 4 << 32;

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// 0 the embedding, l after block l − 1.
    pub layer: usize,
    /// In whose words.
    pub frame: Frame,
    /// Games that are played for it, the held-out ones included.
    pub games: usize,
    /// Seed of the games and of the order of the batches.
    pub seed: u64,
    /// Whether a second probe gets the boards of other games.
    pub shuffled_labels: bool,
    /// Whether a third probe reads the untrained twin.
    pub untrained: bool,
}

/// What a probe is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// The model's stream and the true boards.
    Model,
    /// The model's stream and, at each ply, the board of another game, in the test as well: what the ply
    /// alone tells.
    ShuffledLabels,
    /// The untrained twin's stream and the true boards.
    Untrained,
}

/// How far a fit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Games are played and their streams kept.
    Playing,
    /// Probes are fitted.
    Fitting,
    /// All steps are taken.
    Done,
}

/// One probe on the held-out games.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ProbeProgress {
    /// What it is fitted to.
    pub of: Of,
    /// Mean cross-entropy per square in nats; none before the first step.
    pub loss: Option<f64>,
    /// Shares of squares read right.
    pub accuracy: Option<Accuracy>,
}

/// What a reader sees after each slice.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// How far it is.
    pub phase: Phase,
    /// Games played so far.
    pub games: usize,
    /// Games asked for.
    pub games_wanted: usize,
    /// How many of them are kept for the test.
    pub held_out_games: usize,
    /// Steps that every probe has taken.
    pub step: u32,
    /// Steps that each will take.
    pub steps: u32,
    /// All probes.
    pub probes: Vec<ProbeProgress>,
}

/// The stream at every ply of one game, `[ply, d_model]`, of the model and, where asked for, of its twin.
struct Played {
    game: Game<8>,
    streams: Vec<HostTensor>,
}

/// One probe with its data.
struct Learner {
    regression: SoftmaxRegression,
    batches: Vec<(Rc<Examples>, Vec<u8>)>,
    order: Vec<usize>,
    test: (Rc<HostTensor>, Vec<u8>),
    progress: ProbeProgress,
}

/// A fit, in slices. It keeps everything on the host, so that it survives the loss of a device.
pub struct Fit {
    settings: Settings,
    hook: HookPoint,
    played: Vec<Played>,
    learners: Vec<Learner>,
}

impl Fit {
    /// Checks the settings; nothing is computed yet.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a layer or a number of games that cannot be;
    /// [`Error::DoesNotFit`] for a model that does not read Othello.
    pub fn new(config: &Config, settings: Settings) -> Result<Self> {
        check_model(config)?;
        let hooks = layers(config);
        let hook = *hooks.get(settings.layer).ok_or_else(|| {
            Error::BadInput(format!(
                "There is no layer {} to fit a probe on: there are 0 (the embedding) to {}.",
                settings.layer, config.n_layers
            ))
        })?;
        let [fewest, most] = GAMES;
        if !(fewest..=most).contains(&settings.games) {
            return Err(Error::BadInput(format!(
                "A probe is fitted on {fewest} to {most} games, not on {}.",
                settings.games
            )));
        }
        Ok(Self {
            settings,
            hook,
            played: Vec::new(),
            learners: Vec::new(),
        })
    }

    fn held_out(&self) -> usize {
        (self.settings.games / 5).min(MOST_HELD_OUT)
    }

    /// Where it stands.
    pub fn progress(&self) -> Progress {
        let Settings {
            games,
            shuffled_labels,
            untrained,
            ..
        } = self.settings;
        let of = [
            (Of::Model, true),
            (Of::ShuffledLabels, shuffled_labels),
            (Of::Untrained, untrained),
        ];
        let unfitted = of
            .iter()
            .filter(|(_, asked)| *asked)
            .map(|&(of, _)| ProbeProgress {
                of,
                loss: None,
                accuracy: None,
            });
        let taken = self.learners.iter().map(|one| one.regression.taken()).min();
        Progress {
            phase: match taken {
                None => Phase::Playing,
                Some(STEPS) => Phase::Done,
                Some(_) => Phase::Fitting,
            },
            games: self.played.len(),
            games_wanted: games,
            held_out_games: self.held_out(),
            step: taken.unwrap_or(0),
            steps: STEPS,
            probes: match self.learners.is_empty() {
                true => unfitted.collect(),
                false => self.learners.iter().map(|one| one.progress).collect(),
            },
        }
    }

    /// One slice of work: some games, or some steps of the probe that has taken the fewest. Does nothing
    /// once all steps are taken.
    ///
    /// # Errors
    /// What the runs fail with; the slice can then be tried again, on another device as well.
    pub async fn advance<B: Backend>(
        &mut self,
        model: &mut Runner<B>,
        untrained: &mut Runner<B>,
    ) -> Result<Progress> {
        if self.learners.is_empty() {
            for _ in self.played.len()..self.settings.games.min(self.played.len() + GAMES_AT_ONCE) {
                self.play(model, untrained).await?;
            }
            if self.played.len() == self.settings.games {
                self.learners = self.prepare()?;
            }
        } else {
            let learners = self.learners.iter_mut();
            if let Some(last) = learners.min_by_key(|one| one.regression.taken()) {
                last.advance(model.backend(), self.settings.seed).await?;
            }
        }
        Ok(self.progress())
    }

    async fn play<B: Backend>(
        &mut self,
        model: &mut Runner<B>,
        untrained: &mut Runner<B>,
    ) -> Result<()> {
        let game = random_game::<8>(self.settings.seed ^ SEED, self.played.len() as u64);
        let ids = ids_of(&game, game.moves().len().min(model.config().n_ctx))?;
        let mut streams = vec![stream(model, &ids, self.hook).await?];
        if self.settings.untrained {
            streams.push(stream(untrained, &ids, self.hook).await?);
        }
        self.played.push(Played { game, streams });
        Ok(())
    }

    /// Centres and scales the streams and pairs them with their boards.
    fn prepare(&mut self) -> Result<Vec<Learner>> {
        let held_out = self.held_out();
        let (test, train) = self.played.split_at_mut(held_out);
        let sources = test[0].streams.len();
        for source in 0..sources {
            let (centre, scale) = spread(train.iter().map(|one| &one.streams[source]));
            for one in test.iter_mut().chain(train.iter_mut()) {
                for row in one.streams[source]
                    .data_mut()
                    .chunks_exact_mut(centre.len())
                {
                    for ((x, centre), scale) in row.iter_mut().zip(&centre).zip(&scale) {
                        *x = (*x - centre) * scale;
                    }
                }
            }
        }
        let frame = self.settings.frame;
        let mut learners = Vec::new();
        for source in 0..sources {
            let batches = train
                .chunks(GAMES_PER_STEP)
                .map(|games| Ok(Rc::new(Examples::new(joined(games, source)?)?)))
                .collect::<Result<Vec<_>>>()?;
            let tested = Rc::new(joined(test, source)?);
            let width = tested.shape()[1];
            for (of, shift) in match (source, self.settings.shuffled_labels) {
                (0, true) => vec![(Of::Model, 0), (Of::ShuffledLabels, 1)],
                (0, false) => vec![(Of::Model, 0)],
                _ => vec![(Of::Untrained, 0)],
            } {
                let labels = labels(train, shift, frame);
                let by_batch = labels.chunks(GAMES_PER_STEP).map(<[_]>::concat);
                learners.push(Learner {
                    regression: SoftmaxRegression::new(width, SQUARES, STATES, STEPS),
                    batches: batches.iter().cloned().zip(by_batch).collect(),
                    order: Vec::new(),
                    test: (
                        Rc::clone(&tested),
                        self::labels(test, shift, frame).concat(),
                    ),
                    progress: ProbeProgress {
                        of,
                        loss: None,
                        accuracy: None,
                    },
                });
            }
        }
        for one in self.played.iter_mut() {
            one.streams.clear(); // every number now stands in a batch
        }
        Ok(learners)
    }
}

impl Learner {
    async fn advance<B: Backend>(&mut self, backend: &B, seed: u64) -> Result<()> {
        let until = STEPS.min(self.regression.taken() + STEPS_AT_ONCE);
        while self.regression.taken() < until {
            let taken = self.regression.taken() as usize;
            let (epoch, at) = (taken / self.batches.len(), taken % self.batches.len());
            if at == 0 || self.order.is_empty() {
                self.order = shuffled(self.batches.len(), seed, ORDER + epoch as u64);
            }
            let (examples, labels) = &self.batches[self.order[at]];
            self.regression.step(backend, examples, labels).await?;
        }
        let (x, labels) = &self.test;
        let logits = self.regression.logits(backend, x).await?;
        let mut tally = Tally::default();
        tally.count(answers(logits.data(), STATES), labels);
        self.progress.loss = Some(cross_entropy(logits.data(), labels, STATES));
        self.progress.accuracy = Some(tally.accuracy());
        Ok(())
    }
}

/// The stream at one hook, `[pos, d_model]`.
async fn stream<B: Backend>(
    runner: &mut Runner<B>,
    ids: &[u32],
    hook: HookPoint,
) -> Result<HostTensor> {
    let run = runner.run(ids, &[hook], &[]).await?;
    let captured = run.captured.first();
    captured
        .map(|(_, stream)| stream.clone())
        .ok_or_else(|| Error::Internal("the residual stream was not captured".into()))
}

/// The streams of games one below the other.
fn joined(games: &[Played], source: usize) -> Result<HostTensor> {
    let streams = || games.iter().map(|one| &one.streams[source]);
    let rows = streams().map(|stream| stream.shape()[0]).sum();
    let width = games[0].streams[source].shape()[1];
    let numbers = streams().flat_map(HostTensor::data).copied();
    HostTensor::new([rows, width], numbers.collect())
}

/// Per game the boards after each of its plies, `[ply · square]`, taken from the game `shift` further on.
/// A game that is over stays as it ended.
fn labels(games: &[Played], shift: usize, frame: Frame) -> Vec<Vec<u8>> {
    let of_game = |(index, one): (usize, &Played)| {
        let positions = games[(index + shift) % games.len()].game.positions();
        let plies = 1..=one.streams[0].shape()[0];
        let boards = plies.map(|ply| &positions[ply.min(positions.len() - 1)]);
        boards.flat_map(|board| board.states(frame)).collect()
    };
    games.iter().enumerate().map(of_game).collect()
}

/// Mean and one over the standard deviation of every coordinate of `[…, width]`.
fn spread<'s>(streams: impl Iterator<Item = &'s HostTensor>) -> (Vec<f32>, Vec<f32>) {
    let mut sums: Vec<[f64; 2]> = Vec::new();
    let mut rows = 0.0;
    for stream in streams {
        let width = stream.shape()[1];
        sums.resize(width, [0.0; 2]);
        for row in stream.data().chunks_exact(width) {
            rows += 1.0;
            for (sums, &x) in sums.iter_mut().zip(row) {
                sums[0] += f64::from(x);
                sums[1] += f64::from(x) * f64::from(x);
            }
        }
    }
    sums.iter()
        .map(|sums| {
            let mean = sums[0] / rows;
            let variance = (sums[1] / rows - mean * mean).max(0.0);
            (mean as f32, (1.0 / (variance + 1e-12).sqrt()) as f32)
        })
        .unzip()
}

/// 0…count − 1 in random order (Fisher and Yates).
fn shuffled(count: usize, seed: u64, stream: u64) -> Vec<usize> {
    let mut random = Stream::new(seed, stream);
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        order.swap(place, random.below(place as u32 + 1) as usize);
    }
    order
}
