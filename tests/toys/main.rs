//! Toy models of superposition: against PyTorch, against themselves on another machine, against what is
//! published about them, and with settings that make no sense.

mod asked;
mod bits;
mod published;
mod settings;
mod torch;
