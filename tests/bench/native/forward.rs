//! One forward with every attention pattern and the logits read back, natively: one JSON object per
//! measurement, for `cargo xtask bench`. The Vulkan adapter may be a software one; its name is printed.

use std::path::Path;
use std::time::Instant;

use glasshouse_hooks::{HookPoint, Site};
use glasshouse_model::{Config, Transformer, Weights};
use glasshouse_tensor::Backend;
use glasshouse_tests::{cpu, gpu, run};
use serde_json::json;

/// Runs of one measurement; the software adapter is given fewer.
const RUNS: [(&str, usize); 2] = [("cpu", 30), ("vulkan", 5)];

fn main() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/models/induction-2l");
    let read = |file: &str| std::fs::read(shipped.join(file)).expect("the shipped model is there");
    let config = String::from_utf8(read("config.json")).expect("config.json is text");
    let config = Config::parse(&config).expect("config.json is valid");
    let weights = Weights::parse("model.safetensors", &read("model.safetensors"));
    let weights = weights.expect("the weights are whole");
    for tokens in [32, 64, 128, 256] {
        on_both("induction-2l", &config, &weights, tokens);
    }
    for d_model in [128, 512] {
        let config = eight_layers(d_model);
        let weights = Weights::untrained(&config, 0);
        on_both(&format!("8 layers, d {d_model}"), &config, &weights, 59);
    }
}

/// The random-weight shapes: 8 layers, 8 heads, GELU, 59 positions, 61 tokens of vocabulary.
fn eight_layers(d_model: usize) -> Config {
    let json = json!({
        "format_version": 1, "n_layers": 8, "d_model": d_model, "n_ctx": 59, "n_heads": 8,
        "d_head": d_model / 8, "d_mlp": 4 * d_model, "act_fn": "gelu", "d_vocab": 61,
    });
    Config::parse(&json.to_string()).expect("the shape is valid")
}

fn on_both(model: &str, config: &Config, weights: &Weights, tokens: usize) {
    measure(RUNS[0], &cpu(), model, config, weights, tokens);
    measure(RUNS[1], &gpu(), model, config, weights, tokens);
}

fn measure<B: Backend>(
    (name, runs): (&str, usize),
    backend: &B,
    model: &str,
    config: &Config,
    weights: &Weights,
    tokens: usize,
) {
    let transformer = Transformer::load(backend, config.clone(), weights.clone());
    let transformer = transformer.expect("the model loads");
    let patterns: Vec<HookPoint> = (0..config.n_layers)
        .map(|layer| HookPoint::block(layer, Site::Pattern))
        .collect();
    let ids: Vec<u32> = (0..tokens)
        .map(|i| ((i * 7 + 3) % config.d_vocab) as u32)
        .collect();
    let mut milliseconds: Vec<f64> = (0..runs + 2)
        .map(|_| {
            let start = Instant::now();
            run(backend, &transformer, &ids, &patterns, &[], None).expect("the model runs");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .skip(2)
        .collect();
    milliseconds.sort_by(f64::total_cmp);
    let median_ms = milliseconds[milliseconds.len() / 2];
    let row = json!({
        "where": "native", "backend": name, "model": model, "what": "patterns and logits",
        "tokens": tokens, "median_ms": median_ms, "min_ms": milliseconds[0],
        "gflop_per_s": flop(config, tokens) / median_ms / 1e6,
    });
    println!("{row}");
}

/// Floating-point operations of the matrix products, a product and a sum being two; attention in full.
fn flop(config: &Config, tokens: usize) -> f64 {
    let heads = config.n_heads * config.d_head;
    let attention = 4 * config.d_model * heads + 2 * tokens * heads;
    let layer = attention + 2 * config.d_model * config.d_mlp;
    let multiplications = config.n_layers * layer + config.d_model * config.d_vocab_out;
    2.0 * tokens as f64 * multiplications as f64
}
