//! Othello as JavaScript sees it.

use std::rc::Rc;

use glasshouse_interp::othello::fit::Progress;
use glasshouse_interp::othello::moves::Moves;
use glasshouse_interp::othello::report::Report;
use glasshouse_tensor::Error;
use js_sys::{Array, Float32Array, Int8Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::border::{Session, shaped};
use crate::othello::{edited_board, random_transcript, replay};
use glasshouse_border::js::{JsResult, asked, thrown, to_js};

/// Plays a transcript as far as it is legal: `{transcript, refused, plies}`.
#[wasm_bindgen(js_name = othelloReplay)]
pub fn othello_replay(transcript: &str) -> JsResult<JsValue> {
    let replay = replay(transcript);
    let result = to_js(&replay)?;
    let plies: Array = Reflect::get(&result, &"plies".into())?.unchecked_into();
    for (ply, position) in plies.iter().zip(&replay.plies) {
        Reflect::set(&ply, &"board".into(), &Int8Array::from(&position.board[..]))?;
    }
    Ok(result)
}

/// The transcript of the first moves of a random game.
#[wasm_bindgen(js_name = othelloRandomGame)]
pub fn othello_random_game(seed: f64, plies: usize) -> String {
    random_transcript(seed as u64, plies)
}

/// Changes a board: `{board, legal, changes, ignored}`.
#[wasm_bindgen(js_name = othelloEdited)]
pub fn othello_edited(board: JsValue, to_move: JsValue, edits: JsValue) -> JsResult<JsValue> {
    let board = board
        .dyn_ref::<Int8Array>()
        .ok_or_else(|| thrown(Error::BadInput("A board is an Int8Array.".into())))?;
    let edited =
        edited_board(&board.to_vec(), asked(to_move)?, &asked::<Vec<_>>(edits)?).map_err(thrown)?;
    let result = to_js(&edited)?;
    Reflect::set(
        &result,
        &"board".into(),
        &Int8Array::from(&edited.board[..]),
    )?;
    Ok(result)
}

#[wasm_bindgen]
impl Session {
    /// `{config, weights}` of a probes folder → `{hooks, untrainedSeed}`
    #[wasm_bindgen(js_name = attachProbes)]
    pub fn attach_probes(&self, files: JsValue) -> JsResult<JsValue> {
        let config = Reflect::get(&files, &"config".into())?.as_string();
        let weights = Reflect::get(&files, &"weights".into())?;
        let weights = weights.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
        let attached = self
            .inner
            .attach_probes(&config.unwrap_or_default(), &weights.unwrap_or_default());
        to_js(&attached.map_err(thrown)?)
    }

    /// The report behind `<glass-othello>`.
    pub async fn othello(&self, request: JsValue) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let report = inner.othello(&asked(request)?).await.map_err(thrown)?;
        let result = to_js(&report)?;
        set_arrays(&result, &report)?;
        set(&result, "backend", &to_js(&inner.backend())?)?;
        Ok(result)
    }

    /// Starts a live fit.
    #[wasm_bindgen(js_name = fitProbeStart)]
    pub fn fit_probe_start(&self, request: JsValue) -> JsResult<JsValue> {
        let progress = self.inner.fit_probe_start(&asked(request)?);
        self.fit_result(&progress.map_err(thrown)?)
    }

    /// One slice of it.
    #[wasm_bindgen(js_name = fitProbeStep)]
    pub async fn fit_probe_step(&self) -> JsResult<JsValue> {
        let inner = Rc::clone(&self.inner);
        let progress = inner.fit_probe_step().await;
        self.fit_result(&progress.map_err(thrown)?)
    }

    /// Ends it and frees its memory.
    #[wasm_bindgen(js_name = fitProbeStop)]
    pub fn fit_probe_stop(&self) {
        self.inner.fit_probe_stop();
    }
}

impl Session {
    fn fit_result(&self, progress: &Progress) -> JsResult<JsValue> {
        let result = to_js(progress)?;
        set(&result, "backend", &to_js(&self.inner.backend())?)?;
        Ok(result)
    }
}

/// Puts the arrays of numbers into the report.
fn set_arrays(result: &JsValue, report: &Report) -> JsResult<()> {
    let boards: Array = Reflect::get(result, &"boards".into())?.unchecked_into();
    for (object, board) in boards.iter().zip(&report.boards) {
        set(&object, "probs", &floats(&board.probs))?;
    }
    let board = |numbers: &Option<Vec<f32>>| match numbers {
        Some(numbers) => floats(numbers),
        None => JsValue::NULL,
    };
    set(result, "bagOfMoves", &board(&report.bag_of_moves))?;
    set(result, "majority", &board(&report.majority))?;
    set_moves(result, "moves", report.moves.as_ref())?;
    set_moves(result, "untrainedMoves", report.untrained_moves.as_ref())?;
    if let Some(intervention) = &report.intervention {
        let object = Reflect::get(result, &"intervention".into())?;
        set_moves(&object, "after", Some(&intervention.after.moves))?;
        let control = Reflect::get(&object, &"control".into())?;
        let random = Reflect::get(&control, &"randomDirection".into())?;
        let first = intervention.control.random_direction.first.as_ref();
        set_moves(&random, "first", first.map(|first| &first.moves))?;
    }
    let attention = Array::new();
    for (layer, rows) in report.attention.iter().enumerate() {
        let rows = shaped(rows)?;
        set(&rows, "layer", &layer.into())?;
        attention.push(&rows);
    }
    set(result, "attention", &attention)
}

/// Puts the distribution into the moves that `object` holds under `name`.
fn set_moves(object: &JsValue, name: &str, moves: Option<&Moves>) -> JsResult<()> {
    match moves {
        Some(moves) => {
            let object = Reflect::get(object, &name.into())?;
            set(&object, "probs", &floats(&moves.probs))
        }
        None => Ok(()),
    }
}

fn floats(numbers: &[f32]) -> JsValue {
    Float32Array::from(numbers).into()
}

fn set(object: &JsValue, name: &str, value: &JsValue) -> JsResult<()> {
    Reflect::set(object, &name.into(), value).map(drop)
}
