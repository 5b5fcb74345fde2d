use glasshouse_tensor::{MOST_TOP, Result};
use serde_json::{Value, json};

use crate::field::{Fields, shown};

/// How an encoder makes features of its pre-activations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// `max(pre, 0)`
    Standard,
    /// The `k` largest of each position, where they are above 0.
    TopK {
        /// How many.
        k: usize,
    },
    /// `pre` where it is above 0 and above the feature's threshold. BatchTopK is this once trained.
    JumpRelu,
    /// `max(magnitude, 0)` where the gate's pre-activation is above 0.
    Gated,
}

impl Architecture {
    /// SAELens's name.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Standard => "standard",
            Architecture::TopK { .. } => "topk",
            Architecture::JumpRelu => "jumprelu",
            Architecture::Gated => "gated",
        }
    }
}

/// What an SAE does to the size of an activation before it encodes it, and undoes behind its decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationNorm {
    /// Nothing.
    None,
    /// Divide by the norm over √d_in.
    ConstantNormRescale,
    /// Subtract the mean, divide by the standard deviation.
    LayerNorm,
}

/// What a sparse autoencoder is, in the words of SAELens's `cfg.json`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // SAELens's own names
pub struct SaeConfig {
    pub architecture: Architecture,
    pub d_in: usize,
    pub d_sae: usize,
    /// The hook it was trained on, as the file names it.
    pub hook_name: String,
    pub apply_b_dec_to_input: bool,
    pub normalize_activations: ActivationNorm,
    pub rescale_acts_by_decoder_norm: bool,
}

/// Fields that decide what is computed, in SAELens 6.
const USED: &[&str] = &[
    "format_version",
    "architecture",
    "d_in",
    "d_sae",
    "hook_name",
    "k",
    "apply_b_dec_to_input",
    "normalize_activations",
    "reshape_activations",
    "rescale_acts_by_decoder_norm",
    "hook_head_index",
    "hook_name_out",
    "metadata",
];

/// Fields that say how an SAE was trained.
const RECORDED: &[&str] = &[
    "dtype",
    "device",
    "model_name",
    "prepend_bos",
    "context_size",
    "dataset_path",
    "neuronpedia_id",
    "sae_lens_version",
    "sae_lens_training_version",
    "decoder_init_norm",
    "l1_coefficient",
    "lp_norm",
    "l1_warm_up_steps",
    "jumprelu_init_threshold",
    "jumprelu_bandwidth",
    "jumprelu_sparsity_loss_mode",
    "jumprelu_tanh_scale",
    "jumprelu_ste_to_input",
    "l0_coefficient",
    "l0_warm_up_steps",
    "pre_act_loss_coefficient",
    "target_l0",
    "use_sparse_activations",
    "aux_loss_coefficient",
    "topk_threshold_lr",
];

/// How a sentence calls the file: it may be a `cfg.json` or a `config.json`.
const FILE: &str = "The config of the SAE";

impl SaeConfig {
    /// Reads a `cfg.json` as SAELens writes it: from version 6 on, with `metadata`, or before.
    ///
    /// # Errors
    /// [`glasshouse_tensor::Error::BadModelFile`] names the field that is missing, unknown, out of
    /// range, or asks for something this engine does not compute.
    pub fn parse(json: &str) -> Result<Self> {
        let mut fields = Fields::parse_as(FILE, json)?;
        match first_generation(&fields) {
            true => modernise(&mut fields)?,
            false => fields.refuse_unknown(&[USED, RECORDED])?,
        }
        lift_metadata(&mut fields);
        fields.refuse_unsupported("format_version", &[json!(1)])?;
        fields.refuse_unsupported("hook_head_index", &[Value::Null])?;
        let hook_name = match fields.given("hook_name") {
            Some(Value::String(name)) => name.clone(),
            Some(other) => {
                return Err(fields.bad(format!("\"hook_name\" is {}, no name", shown(other))));
            }
            None => return Err(fields.bad("the field \"hook_name\" is missing")),
        };
        // Another hook to write to makes it a transcoder.
        fields.refuse_unsupported("hook_name_out", &[Value::Null, json!(hook_name)])?;
        fields.refuse_unsupported("reshape_activations", &[json!("none"), json!("hook_z")])?;
        let (d_in, d_sae) = (fields.size("d_in")?, fields.size("d_sae")?);
        let normalize_activations = fields.choice(
            "normalize_activations",
            &[
                (json!("none"), ActivationNorm::None),
                (
                    json!("constant_norm_rescale"),
                    ActivationNorm::ConstantNormRescale,
                ),
                (json!("layer_norm"), ActivationNorm::LayerNorm),
            ],
        )?;
        if normalize_activations == ActivationNorm::LayerNorm && d_in == 1 {
            return Err(fields.bad("\"layer_norm\" leaves nothing of activations of one number"));
        }
        let architecture = architecture(&fields, d_sae)?;
        Ok(Self {
            architecture,
            d_in,
            d_sae,
            hook_name,
            apply_b_dec_to_input: fields.flag("apply_b_dec_to_input", true)?,
            normalize_activations,
            rescale_acts_by_decoder_norm: fields.flag("rescale_acts_by_decoder_norm", false)?,
        })
    }
}

fn architecture(fields: &Fields, d_sae: usize) -> Result<Architecture> {
    if fields.given("architecture").is_none() {
        return Err(fields.bad("the field \"architecture\" is missing"));
    }
    let k = match fields.get("architecture") == Some(&json!("topk")) {
        true => fields.size("k")?,
        false => 1,
    };
    let most = d_sae.min(MOST_TOP);
    if k > most {
        return Err(fields.bad(format!(
            "\"k\" is {k}, but of d_sae = {d_sae} features at most {most} can be kept"
        )));
    }
    fields.choice(
        "architecture",
        &[
            (json!("standard"), Architecture::Standard),
            (json!("topk"), Architecture::TopK { k }),
            (json!("batchtopk"), Architecture::JumpRelu),
            (json!("matryoshka_batchtopk"), Architecture::JumpRelu),
            (json!("jumprelu"), Architecture::JumpRelu),
            (json!("gated"), Architecture::Gated),
        ],
    )
}

/// Whether SAELens before its version 6 wrote the file: it says so, or says nothing.
fn first_generation(fields: &Fields) -> bool {
    let inside = fields
        .get("metadata")
        .and_then(|data| data.get("sae_lens_version"));
    let version = fields
        .get("sae_lens_version")
        .or(inside)
        .and_then(Value::as_str);
    match version.and_then(|version| version.split('.').next()?.parse::<u32>().ok()) {
        Some(major) => major < 6,
        None => fields.get("format_version").is_none() && fields.get("metadata").is_none(),
    }
}

/// Gives the fields of an older file the names and values that SAELens 6 reads out of them. Such a
/// file also holds everything about the training run, which is left aside, as SAELens does.
fn modernise(fields: &mut Fields) -> Result<()> {
    for (old, new) in [
        ("hook_point", "hook_name"),
        ("hook_point_head_index", "hook_head_index"),
        ("activation_fn_str", "activation_fn"),
    ] {
        if let Some(value) = fields.get(old).cloned() {
            fields.set_default(new, value);
        }
    }
    fields.set_default("architecture", json!("standard"));
    let kwargs = fields
        .get("activation_fn_kwargs")
        .and_then(Value::as_object);
    let k = kwargs.and_then(|kwargs| kwargs.get("k")).cloned();
    if let Some(k) = k
        && fields.get("activation_fn") == Some(&json!("topk"))
    {
        fields.set("architecture", json!("topk"));
        fields.set("k", k);
    }
    let topk = fields.get("architecture") == Some(&json!("topk"));
    let neutral = if topk { json!("topk") } else { json!("relu") };
    fields.refuse_unsupported("activation_fn", &[neutral, json!("relu"), Value::Null])?;
    fields.refuse_unsupported("finetuning_scaling_factor", &[json!(false), Value::Null])?;
    match fields.get("normalize_activations") {
        Some(Value::Bool(false) | Value::Null) => {
            fields.set("normalize_activations", json!("none"))
        }
        // Divided by a number that the file does not tell.
        Some(Value::Bool(true)) => {
            fields.set("normalize_activations", json!("expected_average_only_in"));
        }
        _ => {}
    }
    Ok(())
}

/// Brings what SAELens 6 keeps under `metadata` up beside the other fields.
fn lift_metadata(fields: &mut Fields) {
    let Some(metadata) = fields.given("metadata").cloned() else {
        return;
    };
    for name in ["hook_name", "hook_head_index", "hook_name_out"] {
        if let Some(value) = metadata.get(name) {
            fields.set_default(name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of SAELens 6 with some fields changed; `null` takes one out.
    fn parse(changes: Value) -> Result<SaeConfig> {
        let mut file = json!({
            "architecture": "topk", "d_in": 8, "d_sae": 32, "k": 4, "dtype": "float32", "device": "cpu",
            "apply_b_dec_to_input": false, "normalize_activations": "none", "reshape_activations": "none",
            "metadata": {"sae_lens_version": "6.54.12", "hook_name": "blocks.0.mlp.hook_post"},
        });
        change(&mut file, changes);
        SaeConfig::parse(&file.to_string())
    }

    fn change(file: &mut Value, changes: Value) {
        let (Value::Object(file), Value::Object(changes)) = (file, changes) else {
            panic!("two objects");
        };
        file.extend(changes);
        file.retain(|_, value| !value.is_null());
    }

    fn refusal(changes: Value) -> String {
        let error = parse(changes).expect_err("is refused");
        assert_eq!(error.code(), "bad-model-file");
        error.to_string()
    }

    #[test]
    fn fields_mean_what_saelens_means() {
        let config = parse(json!({})).unwrap();
        assert_eq!(config.architecture, Architecture::TopK { k: 4 });
        assert_eq!(config.hook_name, "blocks.0.mlp.hook_post");
        assert!(!config.apply_b_dec_to_input);
        let trained = parse(json!({"architecture": "batchtopk", "k": 5.5})).unwrap();
        assert_eq!(trained.architecture, Architecture::JumpRelu);
    }

    #[test]
    fn a_file_from_before_version_6_is_read_as_saelens_reads_it() {
        let mut file = json!({
            "model_name": "tiny", "hook_point": "blocks.1.hook_resid_pre", "hook_point_head_index": null,
            "d_in": 8, "d_sae": 32, "lr": 0.0004, "normalize_activations": false,
        });
        let parse = |file: &Value| SaeConfig::parse(&file.to_string());
        let config = parse(&file).unwrap();
        assert_eq!(config.architecture, Architecture::Standard);
        assert_eq!(config.hook_name, "blocks.1.hook_resid_pre");
        assert!(config.apply_b_dec_to_input);
        change(
            &mut file,
            json!({"activation_fn_str": "topk", "activation_fn_kwargs": {"k": 3}}),
        );
        let k = parse(&file).unwrap().architecture;
        assert_eq!(k, Architecture::TopK { k: 3 });
        for (name, value) in [
            ("activation_fn_str", json!("tanh-relu")),
            ("finetuning_scaling_factor", json!(true)),
            ("normalize_activations", json!(true)),
            ("hook_point_head_index", json!(2)),
        ] {
            let mut file = file.clone();
            change(&mut file, json!({ name: value }));
            assert!(parse(&file).is_err(), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_computed_is_refused_by_name() {
        for (changes, says) in [
            (json!({"architecture": "temporal"}), "temporal"),
            (json!({"architecture": null}), "\"architecture\" is missing"),
            (json!({"k": null}), "\"k\" is missing"),
            (json!({"k": 33}), "at most 32"),
            (json!({"d_sae": 5000, "k": 2000}), "at most 1024"),
            (json!({"d_in": 0}), "\"d_in\""),
            (
                json!({"normalize_activations": "covariance_whitening"}),
                "covariance_whitening",
            ),
            (
                json!({"reshape_activations": "hook_q"}),
                "reshape_activations",
            ),
            (
                json!({"hook_name_out": "blocks.0.hook_mlp_out"}),
                "hook_name_out",
            ),
            (
                json!({"metadata": {"sae_lens_version": "6.0.0"}}),
                "\"hook_name\" is missing",
            ),
            (
                json!({"aply_b_dec_to_input": true}),
                "\"apply_b_dec_to_input\"",
            ),
        ] {
            let sentence = refusal(changes);
            assert!(sentence.contains(says), "{sentence}");
        }
    }
}
