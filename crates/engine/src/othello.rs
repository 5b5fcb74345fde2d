//! Othello's rules as the page asks for them.

use glasshouse_interp::othello::edit::{
    Edited, Ignored, SQUARES, SquareEdit, Step, edited, squares_of,
};
use glasshouse_othello::{Board, Colour, Game, name_of, random_game, transcript_of};
use glasshouse_tensor::{Error, Result};
use serde::{Deserialize, Serialize};

/// Who plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Moves first.
    Black,
    /// Moves second.
    White,
}

impl From<Colour> for Side {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Black => Side::Black,
            Colour::White => Side::White,
        }
    }
}

/// A game as far as it could be played.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// The legal part, normalised.
    pub transcript: String,
    /// The first move that cannot be played.
    pub refused: Option<RefusedMove>,
    /// Every position, from the start on.
    pub plies: Vec<Ply>,
}

/// The move at which a transcript stops.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusedMove {
    /// Its number, from 0.
    pub at: usize,
    /// Where it begins in the transcript, in UTF-16 units.
    pub start: usize,
    /// As it was written.
    #[serde(rename = "move")]
    pub word: String,
    /// Why, as a part of a sentence.
    pub reason: String,
}

/// A position and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ply {
    /// The move that led here; none at the start.
    #[serde(rename = "move")]
    pub last: Option<String>,
    /// Who played it.
    pub mover: Option<Side>,
    /// The side to move; none where the game is over.
    pub to_move: Option<Side>,
    /// Whether the other side had to pass after the move.
    pub passed: bool,
    /// 1 black, −1 white, 0 empty, row-major: crosses the border as an `Int8Array`.
    #[serde(skip)]
    pub board: Vec<i8>,
    /// Squares where the side to move may play.
    pub legal: Vec<u32>,
}

/// A changed board.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditedBoard {
    /// As [`Ply::board`].
    #[serde(skip)]
    pub board: Vec<i8>,
    /// Squares where the side to move may play on it.
    pub legal: Vec<u32>,
    /// What differs from the true board.
    pub changes: Vec<Step>,
    /// Edits that change nothing.
    pub ignored: Vec<Ignored>,
}

/// Plays a transcript as far as it is legal.
pub fn replay(transcript: &str) -> Replay {
    let (game, refused) = match Game::<8>::parse(transcript) {
        Ok(game) => (game, None),
        Err(refused) => {
            let at = refused.game.moves().len();
            let said = RefusedMove {
                at,
                start: transcript[..refused.at].encode_utf16().count(),
                word: refused.word,
                reason: refused.reason.to_string(),
            };
            (refused.game, Some(said))
        }
    };
    let positions = game.positions();
    let plies = positions.iter().enumerate().map(|(ply, position)| {
        let before = ply.checked_sub(1).map(|before| positions[before].to_move);
        let legal = position.board.legal();
        Ply {
            last: before.map(|_| name_of::<8>(game.moves()[ply - 1].into())),
            mover: before.map(Side::from),
            to_move: (legal != 0).then(|| position.to_move.into()),
            passed: legal != 0 && before == Some(position.to_move),
            board: signed(position.discs(Colour::Black), position.discs(Colour::White)),
            legal: squares_of(legal),
        }
    });
    Replay {
        transcript: transcript_of::<8>(game.moves()),
        refused,
        plies: plies.collect(),
    }
}

/// The first `plies` moves of the random game of a seed.
pub fn random_transcript(seed: u64, plies: usize) -> String {
    let game = random_game::<8>(seed, 0);
    transcript_of::<8>(&game.moves()[..plies.min(game.moves().len())])
}

/// Changes a board.
///
/// # Errors
/// [`Error::BadInput`] for a board that is not 64 numbers 1, −1 or 0, and for a square that there is not.
pub fn edited_board(board: &[i8], to_move: Side, edits: &[SquareEdit]) -> Result<EditedBoard> {
    if board.len() != SQUARES || board.iter().any(|disc| !(-1..=1).contains(disc)) {
        return Err(Error::BadInput(
            "A board is 64 numbers: 1 black, -1 white, 0 empty.".into(),
        ));
    }
    let discs = |colour: i8| {
        let squares = board.iter().enumerate();
        squares.fold(0, |bits, (square, &disc)| {
            bits | u64::from(disc == colour) << square
        })
    };
    let mine = match to_move {
        Side::Black => 1,
        Side::White => -1,
    };
    let truth = Board::<8> {
        mine: discs(mine),
        theirs: discs(-mine),
    };
    let Edited {
        board,
        steps,
        ignored,
    } = edited(truth, edits)?;
    Ok(EditedBoard {
        board: match to_move {
            Side::Black => signed(board.mine, board.theirs),
            Side::White => signed(board.theirs, board.mine),
        },
        legal: squares_of(board.legal()),
        changes: steps,
        ignored,
    })
}

fn signed(black: u64, white: u64) -> Vec<i8> {
    (0..SQUARES)
        .map(|square| (black >> square & 1) as i8 - (white >> square & 1) as i8)
        .collect()
}
