//! Squares and transcripts in letters and numbers: the column's letter, then the row's number from the top.

use std::error::Error;
use std::fmt;

use crate::{Board, Colour, Game};

/// The name of a square (row-major), such as `f5`.
pub fn name_of<const N: usize>(square: u32) -> String {
    let column = char::from(b'a' + (square as usize % N) as u8);
    format!("{column}{}", square as usize / N + 1)
}

/// The square of a name such as `f5` or `F5`; `None` where the board has no such square.
pub fn square_of<const N: usize>(name: &str) -> Option<u32> {
    let [column, row] = name.as_bytes() else {
        return None;
    };
    let column = usize::from(column.to_ascii_lowercase().checked_sub(b'a')?);
    let row = usize::from(row.checked_sub(b'1')?);
    (column < N && row < N).then_some((row * N + column) as u32)
}

/// Why a move is not played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No square has this name.
    NotASquare,
    /// A disc stands there.
    Occupied,
    /// The move would turn no disc; the colour is the side to move.
    TurnsNothing(Colour),
    /// Neither side can move any more.
    GameOver,
}

impl fmt::Display for Reason {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(match self {
            Reason::NotASquare => "this board has no such square",
            Reason::Occupied => "a disc stands there already",
            Reason::TurnsNothing(Colour::Black) => "black is to move and would turn no disc there",
            Reason::TurnsNothing(Colour::White) => "white is to move and would turn no disc there",
            Reason::GameOver => "the game is over: neither side can move",
        })
    }
}

/// A transcript that cannot be played to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused<const N: usize> {
    /// Everything before the refused move.
    pub game: Game<N>,
    /// Where the refused move begins in the transcript, in bytes.
    pub at: usize,
    /// The refused move as it was written.
    pub word: String,
    /// Why.
    pub reason: Reason,
}

impl<const N: usize> fmt::Display for Refused<N> {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let number = self.game.moves().len() + 1;
        write!(to, "Move {number}, “{}”: {}.", self.word, self.reason)
    }
}

impl<const N: usize> Error for Refused<N> {}

/// The transcript of moves, such as `f5d6c3`.
pub fn transcript_of<const N: usize>(moves: &[u8]) -> String {
    let names = moves.iter().map(|&square| name_of::<N>(square.into()));
    names.collect()
}

type Word<'a> = (usize, &'a str, Result<u32, Reason>);

/// Cuts a transcript into moves: where each begins, as written, and its square.
pub(crate) fn squares_of<const N: usize>(transcript: &str) -> impl Iterator<Item = Word<'_>> {
    let separates = |letter: char| letter.is_whitespace() || letter == ',' || letter == ';';
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &transcript[at..];
        let word = rest.trim_start_matches(separates);
        let begins = at + rest.len() - word.len();
        let mut letters = word.char_indices().skip(1);
        let ends = match letters.next() {
            _ if word.is_empty() => return None,
            Some((ends, second)) if separates(second) => ends,
            Some((starts, second)) => starts + second.len_utf8(),
            None => word.len(),
        };
        at = begins + ends;
        let word = &word[..ends];
        Some((begins, word, square_of::<N>(word).ok_or(Reason::NotASquare)))
    })
}

/// Tokens of the literature: the squares row-major without the four of the centre, counted from 1; 0 is padding.
pub mod tokens {
    use super::Board;

    /// The id of padding, which stands for no move.
    pub const PAD: u32 = 0;

    /// Ids, padding included: 61 on 8×8.
    pub const fn vocabulary<const N: usize>() -> usize {
        Board::<N>::SQUARES - 3
    }

    /// Positions of a model that predicts every move but the first: 59 on 8×8.
    pub const fn context<const N: usize>() -> usize {
        Board::<N>::SQUARES - 5
    }

    /// The id of a square; `None` for the four of the centre, where nobody plays, and outside the board.
    pub fn id_of<const N: usize>(square: u32) -> Option<u32> {
        let centre = Board::<N>::CENTRE;
        if square as usize >= Board::<N>::SQUARES || centre >> square & 1 == 1 {
            return None;
        }
        Some(square + 1 - (centre & ((1 << square) - 1)).count_ones())
    }

    /// The square of an id; `None` for padding and unknown ids.
    pub fn square_of<const N: usize>(id: u32) -> Option<u32> {
        (0..Board::<N>::SQUARES as u32).find(|&square| id_of::<N>(square) == Some(id))
    }
}
