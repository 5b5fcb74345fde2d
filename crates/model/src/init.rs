//! The untrained twin: the same architecture with weights drawn anew.

use glasshouse_tensor::HostTensor;
use glasshouse_tensor::random::Stream;

use crate::{Config, Normalization, Positions, Weights};

impl Weights {
    /// Weights for `config` as they stand before training: every matrix normal with standard
    /// deviation 1/√fan_in, embeddings 1/√d_model, biases 0, normalisation weights 1. The same
    /// `seed` gives the same weights on every machine.
    pub fn untrained(config: &Config, seed: u64) -> Self {
        let (d_model, d_head, heads) = (config.d_model, config.d_head, config.n_heads);
        let mut tensors: Vec<(String, HostTensor)> = Vec::new();
        let mut stream = 0;
        let mut normal = |name: String, shape: &[usize], fan_in: usize| {
            let mut tensor = HostTensor::zeros(shape);
            let mut random = Stream::new(seed, stream);
            let deviation = 1.0 / (fan_in as f32).sqrt();
            for number in tensor.data_mut() {
                *number = deviation * random.normal();
            }
            stream += 1;
            tensors.push((name, tensor));
        };
        normal("embed.W_E".into(), &[config.d_vocab, d_model], d_model);
        if !matches!(config.positions, Positions::Rotary { .. }) {
            normal("pos_embed.W_pos".into(), &[config.n_ctx, d_model], d_model);
        }
        for layer in 0..config.n_layers {
            let name = |part: &str| format!("blocks.{layer}.{part}");
            for part in ["attn.W_Q", "attn.W_K", "attn.W_V"] {
                normal(name(part), &[heads, d_model, d_head], d_model);
            }
            normal(name("attn.W_O"), &[heads, d_head, d_model], heads * d_head);
            if config.has_mlp() {
                normal(name("mlp.W_in"), &[d_model, config.d_mlp], d_model);
                normal(name("mlp.W_out"), &[config.d_mlp, d_model], config.d_mlp);
            }
        }
        normal(
            "unembed.W_U".into(),
            &[d_model, config.d_vocab_out],
            d_model,
        );
        if matches!(
            config.normalization,
            Normalization::LayerNorm | Normalization::Rms
        ) {
            let norms = (0..config.n_layers).flat_map(|layer| {
                let second = config.has_mlp().then(|| format!("blocks.{layer}.ln2.w"));
                [Some(format!("blocks.{layer}.ln1.w")), second]
                    .into_iter()
                    .flatten()
            });
            for name in norms.chain(["ln_final.w".to_owned()]) {
                let mut ones = HostTensor::zeros([d_model]);
                ones.data_mut().fill(1.0);
                tensors.push((name, ones));
            }
        }
        Self::from_tensors(tensors)
    }
}
