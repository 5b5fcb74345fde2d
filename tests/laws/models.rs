//! Models for the laws that want more than the reference folders hold.

use glasshouse_model::{Config, Transformer, Weights};
use glasshouse_tensor::Backend;

/// Wide and deep enough to cross every tile and lane of both engines.
pub const LARGER: &str = r#"{"n_layers": 3, "d_model": 72, "n_ctx": 80, "d_head": 20, "n_heads": 4,
    "d_mlp": 130, "d_vocab": 67, "act_fn": "gelu", "normalization_type": "LN"}"#;

/// The shape of the shipped models: attention only, positions in queries and keys only.
pub const LIKE_THE_SHIPPED: &str = r#"{"n_layers": 2, "d_model": 64, "n_ctx": 70, "d_head": 16, "n_heads": 4,
    "d_vocab": 129, "attn_only": true, "positional_embedding_type": "shortformer"}"#;

/// Rotary, RMS.
pub const ROTARY: &str = r#"{"n_layers": 2, "d_model": 48, "n_ctx": 70, "d_head": 18, "n_heads": 3, "d_mlp": 65,
    "d_vocab": 37, "act_fn": "silu", "normalization_type": "RMS",
    "positional_embedding_type": "rotary", "rotary_dim": 10}"#;

/// One of the configs above.
pub fn config(json: &str) -> Config {
    Config::parse(json).expect("the config is ours")
}

/// An untrained model of this config.
pub fn untrained<B: Backend>(backend: &B, json: &str) -> Transformer<B> {
    let config = config(json);
    let weights = Weights::untrained(&config, 7);
    Transformer::load(backend, config, weights).expect("untrained weights fit their config")
}
