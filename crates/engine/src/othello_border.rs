//! Othello as JavaScript sees it.

use glasshouse_tensor::Error;
use js_sys::{Array, Int8Array, Reflect};
use wasm_bindgen::prelude::*;

use crate::border::{JsResult, asked, thrown, to_js};
use crate::othello::{edited_board, random_transcript, replay};

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
