//! The wasm border: sessions, requests, results, backend choice, self-check.
