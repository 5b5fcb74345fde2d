//! A board that a reader has changed: what would be true if the network believed it.

use glasshouse_othello::{Board, name_of};
use glasshouse_tensor::{Error, Result};
use serde::{Deserialize, Serialize};

/// Squares of the board that the probes read.
pub const SQUARES: usize = Board::<8>::SQUARES;

/// What becomes of a square, as the side to move sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The disc changes its owner.
    Flip,
    /// The disc goes.
    Empty,
    /// A disc of the side to move.
    Mine,
    /// A disc of the other side.
    Theirs,
}

/// One change to one square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SquareEdit {
    /// Row-major, 0…63.
    pub square: u32,
    /// What becomes of it.
    pub how: Change,
}

/// A square whose state differs from the truth; states are 0 empty, 1 mine, 2 theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Row-major.
    pub square: u32,
    /// The true state.
    pub from: u8,
    /// The state after all edits.
    pub to: u8,
}

/// An edit that changes nothing on this board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Row-major.
    pub square: u32,
    /// One sentence.
    pub reason: String,
}

/// The changed board, and how it differs from the true one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// From the side to move.
    pub board: Board<8>,
    /// Every square that differs, row-major.
    pub steps: Vec<Step>,
    /// Every edit that changed nothing.
    pub ignored: Vec<Ignored>,
}

/// The state of a square: 0 empty, 1 mine, 2 theirs.
pub fn state_of(board: Board<8>, square: u32) -> u8 {
    (board.mine >> square & 1) as u8 + 2 * (board.theirs >> square & 1) as u8
}

/// Squares of a set of bits, ascending.
pub fn squares_of(mut bits: u64) -> Vec<u32> {
    let mut squares = Vec::with_capacity(bits.count_ones() as usize);
    while bits != 0 {
        squares.push(bits.trailing_zeros());
        bits &= bits - 1;
    }
    squares
}

/// Applies edits in their order to the true board. The result need not be reachable by any game.
///
/// # Errors
/// [`Error::BadInput`] for a square that the board has not.
pub fn edited(truth: Board<8>, edits: &[SquareEdit]) -> Result<Edited> {
    let mut board = truth;
    let mut ignored = Vec::new();
    for &SquareEdit { square, how } in edits {
        if square as usize >= SQUARES {
            return Err(Error::BadInput(format!(
                "There is no square {square}: the board has squares 0 to 63."
            )));
        }
        let from = state_of(board, square);
        let to = match (how, from) {
            (Change::Flip, 0) | (Change::Empty, _) => 0,
            (Change::Flip, from) => 3 - from,
            (Change::Mine, _) => 1,
            (Change::Theirs, _) => 2,
        };
        if from == to {
            let name = name_of::<8>(square);
            ignored.push(Ignored {
                square,
                reason: match to {
                    0 => format!("{name} is empty already."),
                    1 => format!("{name} belongs to the side to move already."),
                    _ => format!("{name} belongs to the other side already."),
                },
            });
            continue;
        }
        let bit = 1u64 << square;
        board.mine &= !bit;
        board.theirs &= !bit;
        match to {
            1 => board.mine |= bit,
            2 => board.theirs |= bit,
            _ => {}
        }
    }
    let differ = (board.mine ^ truth.mine) | (board.theirs ^ truth.theirs);
    let steps = squares_of(differ).into_iter().map(|square| Step {
        square,
        from: state_of(truth, square),
        to: state_of(board, square),
    });
    Ok(Edited {
        board,
        steps: steps.collect(),
        ignored,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(square: u32, how: Change) -> SquareEdit {
        SquareEdit { square, how }
    }

    #[test]
    fn edits_change_squares_and_only_those() {
        let start = Board::<8>::START;
        let flipped = edited(start, &[edit(27, Change::Flip)]).unwrap();
        assert_eq!(flipped.board.mine, start.mine | 1 << 27);
        assert_eq!(flipped.board.theirs, start.theirs & !(1 << 27));
        assert_eq!(
            flipped.steps,
            [Step {
                square: 27,
                from: 2,
                to: 1
            }]
        );
        // Black now owns d4, d5 and e4; only lines through e5 are left to turn.
        assert_eq!(squares_of(flipped.board.legal()), [37, 44, 45]); // f5 e6 f6
        let all = [
            edit(0, Change::Mine),
            edit(28, Change::Empty),
            edit(35, Change::Theirs),
        ];
        let changed = edited(start, &all).unwrap();
        let states = [0, 28, 35].map(|square| state_of(changed.board, square));
        assert_eq!(states, [1, 0, 2]);
        assert_eq!(changed.steps.len(), 3);
    }

    #[test]
    fn what_changes_nothing_is_said_and_there_and_back_is_no_step() {
        let start = Board::<8>::START;
        let none = edited(start, &[edit(0, Change::Flip), edit(0, Change::Empty)]).unwrap();
        assert_eq!((none.board, none.steps.len()), (start, 0));
        assert_eq!(none.ignored.len(), 2);
        assert_eq!(none.ignored[0].reason, "a1 is empty already.");
        let back = edited(start, &[edit(27, Change::Flip), edit(27, Change::Flip)]).unwrap();
        assert_eq!((back.board, back.steps.len()), (start, 0));
        let nowhere = edited(start, &[edit(64, Change::Flip)]).unwrap_err();
        assert_eq!(nowhere.code(), "bad-input");
    }
}
