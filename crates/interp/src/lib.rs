//! Interpretability techniques, one file each, generic over
//! [`Backend`](glasshouse_tensor::Backend). Every score comes with what scores it by chance.
//!
//! * [`detector`]: what kind of head an attention pattern looks like.
//! * [`prediction`]: what the logits say about the text.
//! * [`random_heads`]: the control for every detector, heads with random weights of equal norm.
//! * [`induction`]: the report behind `<glass-induction>`.
//! * [`othello`]: boards that an Othello-GPT might believe.
//! * [`probe`]: linear read-outs of activations; [`softmax_regression`] fits them.

pub mod detector;
pub mod induction;
pub mod othello;
pub mod prediction;
pub mod probe;
pub mod random_heads;
pub mod softmax_regression;
