//! The encoder of a sparse autoencoder, and the largest features of each position.

use std::time::Instant;

use glasshouse_tensor::{Activation, Backend, HostTensor, Result};
use glasshouse_tests::{Draw, wait};
use serde_json::json;

/// Positions, width of the activations, features, how many are brought back.
const SIZE: [usize; 4] = [256, 512, 16_384, 32];

/// Features alone, of which one number is read; then with the largest of each position.
pub fn measure<B: Backend>(backend: &B) -> Result<()> {
    let [pos, d_in, d_sae, k] = SIZE;
    let mut draw = Draw::new(32);
    let x = backend.upload(&draw.normal(&[pos, d_in], 1.0))?;
    let w_enc = backend.upload(&draw.normal(&[d_in, d_sae], (d_in as f32).sqrt().recip()))?;
    let b_enc = backend.upload(&HostTensor::zeros([d_sae]))?;
    for (what, with_top) in [("encode", false), ("encode and top 32", true)] {
        let times = super::sorted_times(|_| {
            let start = Instant::now();
            let pre = backend.linear(&x, &w_enc, Some(&b_enc))?;
            let features = backend.activate(&pre, Activation::Relu)?;
            let wanted = match with_top {
                true => backend.top_k(&features, k)?,
                false => backend.rows(&backend.reshape(&features, &[pos * d_sae])?, 0, 1)?,
            };
            wait(backend.read(&[wanted]))?;
            Ok(start.elapsed().as_secs_f64() * 1e3)
        })?;
        let median = times[times.len() / 2];
        let flop = 2.0 * (pos * d_in * d_sae) as f64;
        println!(
            "{}",
            json!({
                "where": "native", "backend": backend.kind().name(),
                "model": format!("SAE {d_in} to {d_sae}"), "what": what, "tokens": pos,
                "median_ms": median, "min_ms": times[0], "turns": times.len(),
                "gflop_per_s": flop / median / 1e6,
            })
        );
    }
    Ok(())
}
