//! Text to ids and back, a wasm module of its own.
