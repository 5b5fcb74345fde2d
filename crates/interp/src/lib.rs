//! One file per interpretability technique.
