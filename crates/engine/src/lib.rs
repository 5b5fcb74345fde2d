//! The border between the page and the engine: sessions, requests, results, the choice of a backend
//! and its self-check.
//!
//! * [`session`]: a model on a backend, which moves to the CPU when the device fails.
//! * [`selfcheck`]: the proof that this machine computes what it should.
//! * [`request`]: what the page may ask, as plain data.
//! * [`sae`]: sparse autoencoders beside a session's model.
//! * [`othello`]: games and boards; [`othello_session`]: what a network believes of them.
//! * `border` (wasm only): the same as JavaScript classes.

#[cfg(target_arch = "wasm32")]
mod border;
pub mod othello;
#[cfg(target_arch = "wasm32")]
mod othello_border;
pub mod othello_session;
mod placed;
pub mod request;
pub mod sae;
#[cfg(target_arch = "wasm32")]
mod sae_border;
pub mod selfcheck;
pub mod session;
