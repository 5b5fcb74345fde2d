//! The rules of Othello on boards of 8×8, 6×6 and 4×4.
//!
//! * [`Board`]: discs as bits; legal moves and flips.
//! * [`Game`]: moves from the start, with forced passes; reads transcripts and gives the board at every ply.
//! * [`random_game`]: uniformly random legal games, a function of seed and number.
//! * [`tokens`]: the ids by which Othello-GPT reads moves.

mod board;
mod game;
mod notation;
mod random;

pub use board::Board;
pub use game::{Colour, Frame, Game, Position};
pub use notation::{Reason, Refused, name_of, square_of, tokens, transcript_of};
pub use random::{random_game, walk_random_game};
