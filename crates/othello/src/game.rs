//! A game from its start: moves, forced passes, and what the board was at every ply.

use crate::Board;
use crate::notation::{Reason, Refused, squares_of};

/// Who plays a disc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Moves first.
    Black,
    /// Moves second.
    White,
}

impl Colour {
    /// The other side.
    pub fn other(self) -> Self {
        match self {
            Colour::Black => Colour::White,
            Colour::White => Colour::Black,
        }
    }
}

/// In whose words a square is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frame {
    /// 0 empty, 1 mine, 2 theirs, where mine is the side to move.
    MineTheirs,
    /// 0 empty, 1 black, 2 white.
    BlackWhite,
}

/// One position of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position<const N: usize> {
    /// The discs, from the side to move.
    pub board: Board<N>,
    /// The side to move. After the last move of a game nobody can move; then it is the side that did not play it.
    pub to_move: Colour,
}

impl<const N: usize> Position<N> {
    /// Before the first move.
    pub fn start() -> Self {
        Self {
            board: Board::START,
            to_move: Colour::Black,
        }
    }

    /// Discs of one colour.
    pub fn discs(&self, colour: Colour) -> u64 {
        match colour == self.to_move {
            true => self.board.mine,
            false => self.board.theirs,
        }
    }

    /// The state of every square, row-major: 0, 1 or 2 as [`Frame`] says.
    pub fn states(&self, frame: Frame) -> Vec<u8> {
        let (one, two) = match frame {
            Frame::MineTheirs => (self.board.mine, self.board.theirs),
            Frame::BlackWhite => (self.discs(Colour::Black), self.discs(Colour::White)),
        };
        (0..Board::<N>::SQUARES)
            .map(|square| (one >> square & 1) as u8 + 2 * (two >> square & 1) as u8)
            .collect()
    }

    /// The position after the mover plays `square`, a forced pass included; `None` where the move is illegal.
    pub fn after(self, square: u32) -> Option<Self> {
        let board = self.board.play(square)?;
        let next = Self {
            board,
            to_move: self.to_move.other(),
        };
        let passed = Self {
            board: board.passed(),
            to_move: self.to_move,
        };
        Some(match board.legal() == 0 && passed.board.legal() != 0 {
            true => passed,
            false => next,
        })
    }
}

/// A game so far. Passes are forced, so they are no moves: the side to move says where one happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Game<const N: usize> {
    moves: Vec<u8>,
    /// One more than moves: before each, and now.
    positions: Vec<Position<N>>,
    now: Position<N>,
}

impl<const N: usize> Default for Game<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Game<N> {
    /// No move played.
    pub fn new() -> Self {
        let now = Position::start();
        Self {
            moves: Vec::new(),
            positions: vec![now],
            now,
        }
    }

    /// Reads a transcript such as `f5d6c3`; capitals, spaces and commas do not matter, passes are not written.
    ///
    /// # Errors
    /// [`Refused`] at the first move that is malformed or illegal, with the reason and the game up to there.
    pub fn parse(transcript: &str) -> Result<Self, Refused<N>> {
        let mut game = Self::new();
        for (at, word, square) in squares_of::<N>(transcript) {
            let played = square.and_then(|square| game.play(square));
            if let Err(reason) = played {
                return Err(Refused {
                    game,
                    at,
                    word: word.to_owned(),
                    reason,
                });
            }
        }
        Ok(game)
    }

    /// Plays a square (row-major).
    ///
    /// # Errors
    /// The [`Reason`] why it is no legal move; the game is as before.
    pub fn play(&mut self, square: u32) -> Result<(), Reason> {
        if square as usize >= Board::<N>::SQUARES {
            return Err(Reason::NotASquare);
        }
        if self.is_over() {
            return Err(Reason::GameOver);
        }
        if self.now.board.empty() >> square & 1 == 0 {
            return Err(Reason::Occupied);
        }
        match self.advance(square) {
            true => Ok(()),
            false => Err(Reason::TurnsNothing(self.now.to_move)),
        }
    }

    /// Plays a square if it is legal, and says whether it was.
    pub(crate) fn advance(&mut self, square: u32) -> bool {
        let Some(next) = self.now.after(square) else {
            return false;
        };
        self.moves.push(square as u8);
        self.positions.push(next);
        self.now = next;
        true
    }

    /// Takes the last move back; `false` where there is none.
    pub fn undo(&mut self) -> bool {
        if self.moves.pop().is_none() {
            return false;
        }
        self.positions.pop();
        self.now = self.positions[self.moves.len()];
        true
    }

    /// The squares played, row-major.
    pub fn moves(&self) -> &[u8] {
        &self.moves
    }

    /// The discs now, from the side to move.
    pub fn board(&self) -> Board<N> {
        self.now.board
    }

    /// The side to move.
    pub fn to_move(&self) -> Colour {
        self.now.to_move
    }

    /// Every position: before the first move, after it, and so on to now.
    pub fn positions(&self) -> &[Position<N>] {
        &self.positions
    }

    /// Whether neither side can move.
    pub fn is_over(&self) -> bool {
        self.now.board.legal() == 0
    }

    /// Plies before which the other side had to pass: there one side moves twice in a row.
    pub fn passes(&self) -> Vec<usize> {
        (1..self.positions.len())
            .filter(|&ply| self.positions[ply].to_move == self.positions[ply - 1].to_move)
            .collect()
    }
}
