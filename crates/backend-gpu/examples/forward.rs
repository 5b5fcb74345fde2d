//! Times the operations of one forward, as a model records them, on the machine's adapter:
//!
//! ```sh
//! cargo run --release -p glasshouse-backend-gpu --example forward [watched]
//! ```
//!
//! `watched` reads every attention pattern back besides the logits; otherwise attention is fused.
//! Recording and the whole are given apart: the first is the processor's work, the rest the device's.

use std::time::Instant;

use glasshouse_backend_gpu::{Gpu, GpuTensor};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Activation, Attend, Backend, HostTensor, Norm, Result};

struct Size {
    layers: usize,
    d_model: usize,
    heads: usize,
    d_vocab: usize,
    tokens: usize,
    mlp: bool,
}

struct Layer {
    qkv: [GpuTensor; 3],
    out: GpuTensor,
    mlp: Option<[GpuTensor; 2]>,
}

struct Model {
    embed: GpuTensor,
    layers: Vec<Layer>,
    unembed: GpuTensor,
}

impl Size {
    /// Multiplications and additions of one forward.
    fn flop(&self) -> f64 {
        let [layers, d, vocab, tokens] =
            [self.layers, self.d_model, self.d_vocab, self.tokens].map(|n| n as f64);
        let per_layer = 4.0 * d * d + if self.mlp { 8.0 * d * d } else { 0.0 } + 2.0 * tokens * d;
        2.0 * tokens * (layers * per_layer + d * vocab)
    }

    fn model(&self, gpu: &Gpu) -> Result<Model> {
        let mut stream = Stream::new(1, 0);
        let mut matrix = |rows: usize, columns: usize| {
            let scale = (rows as f32).sqrt().recip();
            let numbers = (0..rows * columns).map(|_| scale * stream.normal());
            gpu.upload(&HostTensor::new([rows, columns], numbers.collect())?)
        };
        let d = self.d_model;
        let embed = matrix(self.d_vocab, d)?;
        let mut layers = Vec::new();
        for _ in 0..self.layers {
            layers.push(Layer {
                qkv: [matrix(d, d)?, matrix(d, d)?, matrix(d, d)?],
                out: matrix(d, d)?,
                mlp: if self.mlp {
                    Some([matrix(d, 4 * d)?, matrix(4 * d, d)?])
                } else {
                    None
                },
            });
        }
        let unembed = matrix(d, self.d_vocab)?;
        Ok(Model {
            embed,
            layers,
            unembed,
        })
    }

    /// The logits, after the patterns if they are watched.
    fn forward(&self, gpu: &Gpu, model: &Model, watched: bool) -> Result<Vec<GpuTensor>> {
        let norm = Norm {
            centre: true,
            eps: 1e-5,
        };
        let d_head = self.d_model / self.heads;
        let attend = Attend {
            scale: (d_head as f32).sqrt().recip(),
            causal: true,
        };
        let ids: Vec<u32> = (0..self.tokens)
            .map(|i| (i * 7 % self.d_vocab) as u32)
            .collect();
        let mut wanted = Vec::new();
        let mut x = gpu.embed(&model.embed, &ids)?;
        for layer in &model.layers {
            let normalized = gpu.layer_norm(&x, norm, None, None)?;
            let project = |w| {
                let projected = gpu.linear(&normalized, w, None)?;
                gpu.reshape(&projected, &[self.tokens, self.heads, d_head])
            };
            let (q, k, v) = (
                project(&layer.qkv[0])?,
                project(&layer.qkv[1])?,
                project(&layer.qkv[2])?,
            );
            let z = if watched {
                let pattern = gpu.softmax(&gpu.attention_scores(&q, &k, attend)?)?;
                wanted.push(pattern.clone());
                gpu.mix_values(&pattern, &v)?
            } else {
                gpu.attention(&q, &k, &v, attend)?
            };
            let z = gpu.reshape(&z, &[self.tokens, self.d_model])?;
            x = gpu.add(&x, &gpu.linear(&z, &layer.out, None)?)?;
            if let Some([w_in, w_out]) = &layer.mlp {
                let normalized = gpu.layer_norm(&x, norm, None, None)?;
                let pre = gpu.linear(&normalized, w_in, None)?;
                let post = gpu.activate(&pre, Activation::Gelu)?;
                x = gpu.add(&x, &gpu.linear(&post, w_out, None)?)?;
            }
        }
        let normalized = gpu.layer_norm(&x, norm, None, None)?;
        wanted.push(gpu.linear(&normalized, &model.unembed, None)?);
        Ok(wanted)
    }
}

fn main() -> Result<()> {
    let watched = std::env::args().any(|word| word == "watched");
    let gpu = pollster::block_on(Gpu::request())?;
    println!(
        "{}{}",
        gpu.adapter_name(),
        if watched {
            ", every pattern read back"
        } else {
            ""
        }
    );
    println!("layers d_model vocab tokens | recording ms | whole ms: min median | GFLOP/s");
    let attention_only = |tokens| Size {
        layers: 2,
        d_model: 256,
        heads: 8,
        d_vocab: 5_000,
        tokens,
        mlp: false,
    };
    let with_mlp = |d_model| Size {
        layers: 8,
        d_model,
        heads: 8,
        d_vocab: 61,
        tokens: 59,
        mlp: true,
    };
    for size in [
        attention_only(32),
        attention_only(256),
        with_mlp(128),
        with_mlp(512),
    ] {
        let model = size.model(&gpu)?;
        let mut recording_ms = Vec::new();
        let mut whole_ms = Vec::new();
        for round in 0..13 {
            let start = Instant::now();
            let wanted = size.forward(&gpu, &model, watched)?;
            let recorded = start.elapsed();
            pollster::block_on(gpu.read(&wanted))?;
            // The first rounds compile the kernels and fill the pool.
            if round >= 2 {
                recording_ms.push(recorded.as_secs_f64() * 1e3);
                whole_ms.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        recording_ms.sort_by(f64::total_cmp);
        whole_ms.sort_by(f64::total_cmp);
        println!(
            "{:6} {:7} {:5} {:6} | {:12.2} | {:13.2} {:6.2} | {:7.1}",
            size.layers,
            size.d_model,
            size.d_vocab,
            size.tokens,
            recording_ms[recording_ms.len() / 2],
            whole_ms[0],
            whole_ms[whole_ms.len() / 2],
            size.flop() / whole_ms[0] / 1e6,
        );
    }
    Ok(())
}
