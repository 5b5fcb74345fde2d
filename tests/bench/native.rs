//! `cargo bench --package glasshouse-tests`: the engine natively, as one JSON object per measurement.
//!
//! The same rows as the browser's (`browser.mjs`): the shipped model at several lengths, and models of
//! random weights. Every run begins with another token, so that nothing is reused from the run before.

#[path = "dictionary.rs"]
mod dictionary;

use std::path::Path;
use std::time::{Duration, Instant};

use glasshouse_hooks::{HookPoint, Site};
use glasshouse_model::{Config, Means, Runner, Transformer, Weights};
use glasshouse_tensor::{Backend, Result};
use serde_json::json;

const SHIPPED: &str = "induction-2l";
const LENGTHS: [usize; 4] = [32, 64, 128, 256];
/// Layers, d_model, d_mlp (0: attention only), positions, vocabulary; 8 heads each.
const SHAPES: [(&str, [usize; 5]); 3] = [
    ("8 layers, d 128", [8, 128, 512, 59, 61]),
    ("8 layers, d 512", [8, 512, 2048, 59, 61]),
    (
        "2 attention-only layers, d 256, vocabulary 5000",
        [2, 256, 0, 256, 5000],
    ),
];
const TIME_PER_ROW: Duration = Duration::from_secs(3);
const FEWEST_RUNS: usize = 5;

fn main() -> Result<()> {
    measure(&glasshouse_tests::cpu())?;
    match glasshouse_tests::wait(glasshouse_backend_gpu::Gpu::request()) {
        Ok(gpu) => measure(&gpu),
        Err(error) => {
            println!("No graphics adapter to time: {error}");
            Ok(())
        }
    }
}

fn measure<B: Backend>(backend: &B) -> Result<()> {
    dictionary::measure(backend)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../www/models")
        .join(SHIPPED);
    let files = [folder.join("config.json"), folder.join("model.safetensors")];
    match files.map(std::fs::read) {
        [Ok(config), Ok(weights)] => {
            let config = Config::parse(&String::from_utf8_lossy(&config))?;
            let weights = Weights::parse("model.safetensors", &weights)?;
            measure_model(backend, SHIPPED, config, weights, &LENGTHS)?;
        }
        _ => println!(
            "{} is not there: nothing to time with it.",
            folder.display()
        ),
    }
    for (name, [n_layers, d_model, d_mlp, n_ctx, d_vocab]) in SHAPES {
        let mut config = json!({
            "format_version": 1, "n_layers": n_layers, "d_model": d_model, "n_heads": 8,
            "d_head": d_model / 8, "n_ctx": n_ctx, "d_vocab": d_vocab, "act_fn": "gelu",
            "normalization_type": "LN", "attn_only": d_mlp == 0,
        });
        if d_mlp > 0 {
            config["d_mlp"] = json!(d_mlp);
        }
        let config = Config::parse(&config.to_string())?;
        let weights = Weights::untrained(&config, 1);
        measure_model(backend, name, config, weights, &[n_ctx])?;
    }
    Ok(())
}

fn measure_model<B: Backend>(
    backend: &B,
    name: &str,
    config: Config,
    weights: Weights,
    lengths: &[usize],
) -> Result<()> {
    let transformer = Transformer::load(backend, config.clone(), weights)?;
    let mut runner = Runner::new(backend.clone(), transformer, Means::default());
    let patterns: Vec<_> = (0..config.n_layers)
        .map(|layer| HookPoint::block(layer, Site::Pattern))
        .collect();
    for &tokens in lengths.iter().filter(|&&tokens| tokens <= config.n_ctx) {
        let run = |turn: usize| {
            let ids: Vec<u32> = (0..tokens)
                .map(|i| ((if i == 0 { turn } else { i * 7 + 3 }) % config.d_vocab) as u32)
                .collect();
            let start = Instant::now();
            glasshouse_tests::wait(runner.run(&ids, &patterns, &[]))?;
            Ok(start.elapsed().as_secs_f64() * 1e3)
        };
        let times = sorted_times(run)?;
        let median = times[times.len() / 2];
        println!(
            "{}",
            json!({
                "where": "native", "backend": backend.kind().name(), "model": name,
                "what": "patterns and logits", "tokens": tokens, "median_ms": median,
                "min_ms": times[0], "turns": times.len(),
                "gflop_per_s": flop(&config, tokens) / median / 1e6,
            })
        );
    }
    Ok(())
}

/// Times in milliseconds of a row's runs, shortest first. `run` gets the number of its turn.
fn sorted_times(mut run: impl FnMut(usize) -> Result<f64>) -> Result<Vec<f64>> {
    // Weights are packed and pipelines built on first use.
    run(0)?;
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.len() < FEWEST_RUNS || begin.elapsed() < TIME_PER_ROW {
        times.push(run(times.len() + 1)?);
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// Floating-point operations of the matrix products of one forward, a product and a sum being two.
/// Attention is counted in full, masked keys included, as is usual.
fn flop(config: &Config, tokens: usize) -> f64 {
    let inner = config.n_heads * config.d_head;
    let layer = 4 * config.d_model * inner + 2 * tokens * inner + 2 * config.d_model * config.d_mlp;
    let per_token = config.n_layers * layer + config.d_model * config.d_vocab_out;
    2.0 * tokens as f64 * per_token as f64
}
