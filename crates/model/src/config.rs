use glasshouse_hooks::{HookPoint, Site};
use glasshouse_tensor::{Activation, Attend, Norm, Result, Rotation};
use serde_json::{Value, json};

use crate::field::{Fields, bad, shown};

/// The normalisation in front of every sublayer and of the unembedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalization {
    /// LayerNorm with weight and bias; `hook_normalized` is the value after them.
    LayerNorm,
    /// LayerNorm whose weight and bias are folded into what follows.
    LayerNormPre,
    /// RMSNorm with weight; `hook_normalized` is the value before it.
    Rms,
    /// RMSNorm whose weight is folded into what follows.
    RmsPre,
    /// No normalisation at all.
    None,
}

impl Normalization {
    /// The arithmetic, or `None` where there is none.
    pub fn norm(self, eps: f32) -> Option<Norm> {
        let centre = match self {
            Normalization::LayerNorm | Normalization::LayerNormPre => true,
            Normalization::Rms | Normalization::RmsPre => false,
            Normalization::None => return None,
        };
        Some(Norm { centre, eps })
    }
}

/// How positions enter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Positions {
    /// Added to the embedding.
    Standard,
    /// Added to the inputs of queries and keys in every layer, never to the residual stream.
    Shortformer,
    /// Queries and keys are rotated.
    Rotary {
        /// Which coordinates form a pair.
        rotation: Rotation,
        /// Base of the geometric row of frequencies.
        base: f32,
    },
}

/// What a model is, in the words of TransformerLens's `HookedTransformerConfig`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // TransformerLens's own names
pub struct Config {
    pub n_layers: usize,
    pub d_model: usize,
    pub n_ctx: usize,
    pub d_head: usize,
    pub n_heads: usize,
    /// 0 where the model has attention only.
    pub d_mlp: usize,
    pub d_vocab: usize,
    pub d_vocab_out: usize,
    pub eps: f32,
    pub activation: Activation,
    pub normalization: Normalization,
    pub positions: Positions,
    pub attend: Attend,
    /// The token in front of every text, where the folder names one.
    pub bos_token_id: Option<u32>,
    /// Whether a text gets the BOS token unless the caller says otherwise.
    pub default_prepend_bos: bool,
}

/// Fields that decide what is computed.
const USED: &[&str] = &[
    "format_version",
    "n_layers",
    "d_model",
    "n_ctx",
    "d_head",
    "n_heads",
    "d_mlp",
    "act_fn",
    "d_vocab",
    "d_vocab_out",
    "eps",
    "use_attn_scale",
    "attn_scale",
    "attention_dir",
    "attn_only",
    "normalization_type",
    "positional_embedding_type",
    "rotary_dim",
    "rotary_base",
    "rotary_adjacent_pairs",
    "bos_token_id",
    "default_prepend_bos",
];

/// Fields that say where a model comes from, or choose among ways to the same numbers.
const RECORDED: &[&str] = &[
    "model_name",
    "original_architecture",
    "from_checkpoint",
    "checkpoint_index",
    "checkpoint_label_type",
    "checkpoint_value",
    "tokenizer_name",
    "init_mode",
    "device",
    "n_devices",
    "seed",
    "initializer_range",
    "init_weights",
    "n_params",
    "dtype",
    "tokenizer_prepends_bos",
    "trust_remote_code",
    "use_attn_result",
    "use_attn_in",
    "use_split_qkv_input",
    "use_hook_mlp_in",
    "use_hook_tokens",
    "ungroup_grouped_query_attention",
    "load_in_4bit",
    "tie_word_embeddings",
    "eos_token_id",
    "window_size",
    "attn_types",
    "fold_ln",
    "center_writing_weights",
    "center_unembed",
    "fold_value_biases",
    "refactor_factored_attn_matrices",
    "n_key_value_heads",
    "final_rms",
    "NTK_by_parts_low_freq_factor",
    "NTK_by_parts_high_freq_factor",
    "NTK_by_parts_factor",
    "NTK_original_ctx_len",
    "relative_attention_max_distance",
    "relative_attention_num_buckets",
    "decoder_start_token_id",
    "experts_per_token",
];

/// Fields of TransformerLens that would change the numbers in a way we do not compute: fine while
/// they are off.
const OFF: &[&str] = &[
    "use_local_attn",
    "scale_attn_by_inverse_layer_idx",
    "parallel_attn_mlp",
    "gated_mlp",
    "num_experts",
    "post_embedding_ln",
    "use_normalization_before_and_after",
    "attn_scores_soft_cap",
    "output_logits_soft_cap",
    "use_NTK_by_parts_rope",
    "use_qk_norm",
    "rotary_base_local",
];

impl Config {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// [`glasshouse_tensor::Error::BadModelFile`] names the field that is missing, unknown, out of
    /// range, or asks for something this engine does not compute.
    pub fn parse(json: &str) -> Result<Self> {
        let fields = Fields::parse(json)?;
        fields.refuse_unknown(&[USED, RECORDED, OFF])?;
        let off = [
            json!(false),
            Value::Null,
            json!(0),
            json!(-1),
            json!(0.0),
            json!(-1.0),
        ];
        for name in OFF {
            fields.refuse_unsupported(name, &off)?;
        }
        fields.refuse_unsupported("format_version", &[json!(1)])?;

        let d_model = fields.size("d_model")?;
        let d_head = fields.size("d_head")?;
        let n_heads = match fields.size_or_none("n_heads")? {
            Some(n_heads) => n_heads,
            None => (d_model / d_head).max(1),
        };
        if let Some(groups) = fields.size_or_none("n_key_value_heads")?
            && groups != n_heads
        {
            return Err(bad(format!(
                "\"n_key_value_heads\": {groups} asks for grouped keys and values, which Glasshouse does \
                     not compute"
            )));
        }
        let attn_only = fields.flag("attn_only", false)?;
        let d_vocab = fields.size("d_vocab")?;
        let attn_scale = fields.number("attn_scale", -1.0)?;
        let divisor = match fields.flag("use_attn_scale", true)? {
            false => 1.0,
            true if attn_scale == -1.0 => (d_head as f32).sqrt(),
            true => attn_scale,
        };
        if divisor == 0.0 {
            return Err(bad("\"attn_scale\" must not be 0"));
        }
        let eps = fields.number("eps", 1e-5)?;
        if eps < 0.0 {
            return Err(bad("\"eps\" must not be negative"));
        }
        let bos_token_id = fields.given("bos_token_id").map(|value| {
            value
                .as_u64()
                .filter(|&id| id < d_vocab as u64)
                .map(|id| id as u32)
                .ok_or_else(|| {
                    bad(format!(
                        "\"bos_token_id\" {} is not a token id",
                        shown(value)
                    ))
                })
        });
        Ok(Self {
            n_layers: fields.size("n_layers")?,
            d_model,
            n_ctx: fields.size("n_ctx")?,
            d_head,
            n_heads,
            d_mlp: match attn_only {
                true => 0,
                false => fields.size_or_none("d_mlp")?.unwrap_or(4 * d_model),
            },
            d_vocab,
            d_vocab_out: fields.size_or_none("d_vocab_out")?.unwrap_or(d_vocab),
            eps,
            activation: activation(&fields, attn_only)?,
            normalization: fields.choice(
                "normalization_type",
                &[
                    (json!("LN"), Normalization::LayerNorm),
                    (json!("LNPre"), Normalization::LayerNormPre),
                    (json!("RMS"), Normalization::Rms),
                    (json!("RMSPre"), Normalization::RmsPre),
                    (Value::Null, Normalization::None),
                ],
            )?,
            positions: positions(&fields, d_head)?,
            attend: Attend {
                scale: 1.0 / divisor,
                causal: fields.choice(
                    "attention_dir",
                    &[(json!("causal"), true), (json!("bidirectional"), false)],
                )?,
            },
            bos_token_id: bos_token_id.transpose()?,
            default_prepend_bos: fields.flag("default_prepend_bos", true)?,
        })
    }

    /// Whether every block has an MLP behind its attention.
    pub fn has_mlp(&self) -> bool {
        self.d_mlp > 0
    }

    /// Every hook of this model, in firing order.
    pub fn hook_points(&self) -> Vec<HookPoint> {
        let rotary = matches!(self.positions, Positions::Rotary { .. });
        let norms = self.normalization != Normalization::None;
        let mut points = vec![HookPoint::global(Site::Embed)];
        if !rotary {
            points.push(HookPoint::global(Site::PosEmbed));
        }
        for layer in 0..self.n_layers {
            let mut add = |present: bool, sites: &[Site]| {
                if present {
                    points.extend(sites.iter().map(|&site| HookPoint::block(layer, site)));
                }
            };
            add(true, &[Site::ResidPre]);
            add(norms, &[Site::Ln1Scale, Site::Ln1Normalized]);
            add(true, &[Site::Q, Site::K, Site::V]);
            add(rotary, &[Site::RotQ, Site::RotK]);
            add(
                true,
                &[
                    Site::AttnScores,
                    Site::Pattern,
                    Site::Z,
                    Site::Result,
                    Site::AttnOut,
                ],
            );
            add(self.has_mlp(), &[Site::ResidMid]);
            add(
                self.has_mlp() && norms,
                &[Site::Ln2Scale, Site::Ln2Normalized],
            );
            add(self.has_mlp(), &[Site::MlpPre, Site::MlpPost, Site::MlpOut]);
            add(true, &[Site::ResidPost]);
        }
        if norms {
            points.extend([Site::LnFinalScale, Site::LnFinalNormalized].map(HookPoint::global));
        }
        points
    }
}

fn activation(fields: &Fields, attn_only: bool) -> Result<Activation> {
    if attn_only || fields.given("act_fn").is_none() {
        return match attn_only {
            true => Ok(Activation::Relu),
            false => Err(bad("the field \"act_fn\" is missing")),
        };
    }
    fields.choice(
        "act_fn",
        &[
            (json!("relu"), Activation::Relu),
            (json!("gelu"), Activation::Gelu),
            (json!("gelu_new"), Activation::GeluNew),
            (json!("silu"), Activation::Silu),
        ],
    )
}

fn positions(fields: &Fields, d_head: usize) -> Result<Positions> {
    let rotary_dim = fields.size_or_none("rotary_dim")?.unwrap_or(d_head);
    let base = fields.number("rotary_base", 10_000.0)?;
    if base <= 0.0 {
        return Err(bad("\"rotary_base\" must be above 0"));
    }
    let rotary = Positions::Rotary {
        rotation: Rotation {
            rotary_dim,
            adjacent_pairs: fields.flag("rotary_adjacent_pairs", false)?,
        },
        base,
    };
    let chosen = fields.choice(
        "positional_embedding_type",
        &[
            (json!("standard"), Positions::Standard),
            (json!("shortformer"), Positions::Shortformer),
            (json!("rotary"), rotary),
        ],
    )?;
    if chosen == rotary && (rotary_dim % 2 == 1 || rotary_dim > d_head) {
        return Err(bad(format!(
            "\"rotary_dim\" must be even and at most d_head = {d_head}, not {rotary_dim}"
        )));
    }
    Ok(chosen)
}
