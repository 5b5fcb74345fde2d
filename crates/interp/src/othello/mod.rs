//! What is asked of an Othello-GPT.
//!
//! * [`edit`]: boards that a reader has changed.
//! * [`moves`]: what the network would play, and how that fits a board.
//! * [`probes`]: a folder of linear read-outs of the board, with their controls.
//! * [`intervention`]: changing what the network believes.
//! * [`report`]: the report behind `<glass-othello>`.
//! * [`accuracy`]: how well boards are read.
//! * [`fit`]: a probe that is fitted live.

pub mod accuracy;
pub mod edit;
pub mod fit;
pub mod intervention;
pub mod moves;
pub mod probes;
pub mod report;
