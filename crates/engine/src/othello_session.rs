//! What the page asks of a session that holds an Othello-GPT.

use std::cell::RefCell;
use std::rc::Rc;

use glasshouse_interp::othello::edit::SquareEdit;
use glasshouse_interp::othello::fit::{Fit, Progress, Settings};
use glasshouse_interp::othello::intervention::{DRAWS, Strength};
use glasshouse_interp::othello::probes::{Model, Probes};
use glasshouse_interp::othello::report::{Question, Report, check_model};
use glasshouse_model::Fields;
use glasshouse_othello::{Frame, Game};
use glasshouse_tensor::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::session::Session;

/// More random directions than anybody needs.
const MOST_DRAWS: usize = 1024;

/// What is attached to a session that holds an Othello-GPT.
#[derive(Default)]
pub(crate) struct Othello {
    probes: Option<Rc<Probes>>,
    fit: Option<Fit>,
}

/// In whose words a square is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WireFrame {
    /// Empty, mine, theirs: mine is the side to move.
    MineTheirs,
    /// Empty, black, white.
    BlackWhite,
}

impl From<WireFrame> for Frame {
    fn from(frame: WireFrame) -> Self {
        match frame {
            WireFrame::MineTheirs => Frame::MineTheirs,
            WireFrame::BlackWhite => Frame::BlackWhite,
        }
    }
}

/// What `<glass-othello>` asks about one position.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OthelloRequest {
    /// Moves from the start, such as `f5d6c3`.
    pub transcript: String,
    /// The position after so many of them.
    pub ply: usize,
    /// In whose words boards are read.
    pub frame: WireFrame,
    /// What the network is made to believe.
    #[serde(default)]
    pub edits: Vec<SquareEdit>,
    /// At these layers: 0 the embedding, l after block l − 1.
    #[serde(default)]
    pub edit_layers: Vec<usize>,
    /// Length of the vector that each changed square adds, over the length of the residual stream.
    #[serde(default)]
    pub scale: f32,
    /// Random directions behind the control, 1 to [`MOST_DRAWS`]; [`DRAWS`] unless it is given.
    #[serde(default)]
    pub draws: Option<usize>,
    /// Whether each layer alone is tried as well.
    #[serde(default)]
    pub sweep: bool,
    /// Whether attention patterns are wanted.
    #[serde(default)]
    pub attention: bool,
    /// Seed of the controls.
    #[serde(default)]
    pub seed: u64,
}

/// A probe that is to be fitted live.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FitRequest {
    /// 0 the embedding, l after block l − 1.
    pub layer: usize,
    /// In whose words.
    pub frame: WireFrame,
    /// Games that are played for it.
    pub games: usize,
    /// Seed of the games.
    pub seed: u64,
    /// Whether a probe on shuffled labels is fitted beside it.
    #[serde(default)]
    pub shuffled_labels: bool,
    /// Whether a probe on the untrained twin is fitted beside it.
    #[serde(default)]
    pub untrained: bool,
}

/// Probes that were attached.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProbesDescription {
    /// The hook of each layer, from the embedding up.
    pub hooks: Vec<String>,
    /// Seed of the untrained twin.
    pub untrained_seed: u64,
    /// Where edits work best, where that was measured.
    pub intervention: Option<BestEdit>,
}

/// The setting with the fewest errors over many cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BestEdit {
    /// As [`OthelloRequest::edit_layers`].
    pub layers: Vec<usize>,
    /// As [`OthelloRequest::scale`].
    pub scale: f64,
}

impl OthelloRequest {
    fn question(&self) -> Result<Question> {
        let game = Game::parse(&self.transcript)
            .map_err(|refused| Error::BadInput(refused.to_string()))?;
        if !self.scale.is_finite() {
            return Err(Error::BadInput("The scale must be a number.".into()));
        }
        let draws = self.draws.unwrap_or(DRAWS);
        if !(1..=MOST_DRAWS).contains(&draws) {
            return Err(Error::BadInput(format!(
                "draws is {draws}: it lies between 1 and {MOST_DRAWS}."
            )));
        }
        Ok(Question {
            game,
            ply: self.ply,
            frame: self.frame.into(),
            edits: self.edits.clone(),
            strength: Strength {
                layers: self.edit_layers.clone(),
                scale: self.scale,
                draws,
                sweep: self.sweep,
                seed: self.seed,
            },
            attention: self.attention,
        })
    }
}

impl Session {
    /// Attaches a probes folder: its `config.json` and `model.safetensors`. It replaces the one before.
    ///
    /// # Errors
    /// As [`Probes::parse`] and [`check_model`]; what was attached before stays.
    pub fn attach_probes(&self, config: &str, weights: &[u8]) -> Result<ProbesDescription> {
        check_model(self.config())?;
        let file = Fields::parse(self.config_json())?;
        let name = file.given("model_name").and_then(|name| name.as_str());
        let model = Model {
            config: self.config(),
            name: name.unwrap_or_default(),
            weights: self.weights(),
        };
        let probes = Probes::parse(config, weights, model)?;
        let description = ProbesDescription {
            hooks: probes.hooks.iter().map(ToString::to_string).collect(),
            untrained_seed: probes.untrained_seed,
            intervention: probes
                .best_edit
                .clone()
                .map(|(layers, scale)| BestEdit { layers, scale }),
        };
        self.othello.borrow_mut().probes = Some(Rc::new(probes));
        Ok(description)
    }

    /// Answers `<glass-othello>`.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a transcript that cannot be played, and as
    /// [`glasshouse_interp::othello::report::report`].
    pub async fn othello(&self, request: &OthelloRequest) -> Result<Report> {
        let question = request.question()?;
        let probes = self.othello.borrow().probes.clone();
        self.attempt(async |placed| placed.othello(probes.as_deref(), &question).await)
            .await
    }

    /// Starts a live fit in place of the one before; nothing is computed yet.
    ///
    /// # Errors
    /// As [`Fit::new`].
    pub fn fit_probe_start(&self, request: &FitRequest) -> Result<Progress> {
        let settings = Settings {
            layer: request.layer,
            frame: request.frame.into(),
            games: request.games,
            seed: request.seed,
            shuffled_labels: request.shuffled_labels,
            untrained: request.untrained,
        };
        let fit = Fit::new(self.config(), settings)?;
        let progress = fit.progress();
        self.othello.borrow_mut().fit = Some(fit);
        Ok(progress)
    }

    /// One slice of it.
    ///
    /// # Errors
    /// [`Error::BadInput`] where none was started, and as [`Fit::advance`].
    pub async fn fit_probe_step(&self) -> Result<Progress> {
        let probes = self.othello.borrow().probes.clone();
        let untrained = probes.map_or(0, |probes| probes.untrained_seed);
        // Taken out while it works: no borrow is held across an await.
        let fit = RefCell::new(self.othello.borrow_mut().fit.take());
        let progress = self
            .attempt(async |placed| {
                let Some(mut taken) = fit.take() else {
                    return Err(Error::BadInput("No fit was started.".into()));
                };
                let progress = placed.advance_fit(&mut taken, untrained).await;
                fit.replace(Some(taken));
                progress
            })
            .await;
        self.othello.borrow_mut().fit = fit.take();
        progress
    }

    /// Ends the fit and frees its memory.
    pub fn fit_probe_stop(&self) {
        self.othello.borrow_mut().fit = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_cannot_be_played_names_the_move() {
        let mut request = OthelloRequest {
            transcript: "f5 f6 e6 a1".into(),
            ply: 1,
            frame: WireFrame::BlackWhite,
            edits: Vec::new(),
            edit_layers: Vec::new(),
            scale: f32::NAN,
            draws: None,
            sweep: false,
            attention: false,
            seed: 0,
        };
        let refused = request.question().unwrap_err();
        assert_eq!(refused.code(), "bad-input");
        assert!(refused.to_string().starts_with("Move 4, “a1”: "));
        request.transcript = "f5f6".into();
        assert!(
            request
                .question()
                .unwrap_err()
                .to_string()
                .contains("scale")
        );
        request.scale = 1.0;
        assert_eq!(request.question().unwrap().game.moves(), [37, 45]);
        assert_eq!(request.question().unwrap().strength.draws, DRAWS);
        request.draws = Some(MOST_DRAWS);
        assert_eq!(request.question().unwrap().strength.draws, MOST_DRAWS);
        for refused in [0, MOST_DRAWS + 1] {
            request.draws = Some(refused);
            assert_eq!(request.question().unwrap_err().code(), "bad-input");
        }
    }
}
