//! What is asked of an Othello-GPT.
//!
//! * [`edit`]: boards that a reader has changed.
//! * [`moves`]: what the network would play, and how that fits a board.
//! * [`probes`]: a folder of linear read-outs of the board, with their controls.

pub mod edit;
pub mod moves;
pub mod probes;
