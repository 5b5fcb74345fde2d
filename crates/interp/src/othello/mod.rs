//! What is asked of an Othello-GPT.
//!
//! * [`edit`]: boards that a reader has changed.

pub mod edit;
