//! The folders themselves: what the parser and the loader make of them.

use glasshouse_model::{Config, Normalization, Positions, Weights};
use glasshouse_tensor::HostTensor;
use glasshouse_tests::{Golden, cpu, relative_error, run};

/// Names and order are TransformerLens's.
#[test]
fn hook_points_are_those_that_fire_there() {
    for golden in Golden::all() {
        let ours: Vec<String> = golden
            .config
            .hook_points()
            .iter()
            .map(ToString::to_string)
            .collect();
        let theirs: Vec<&str> = golden.hooks.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(ours, theirs, "{}", golden.id);
        let recorded = golden.activations.len();
        assert_eq!(
            recorded,
            theirs.len() + 1,
            "{}: hooks and logits",
            golden.id
        );
    }
}

/// Fields that a config leaves out have TransformerLens's defaults.
#[test]
fn absent_fields_have_the_defaults_of_transformer_lens() {
    let config = Golden::open("defaults-without-biases").config;
    assert_eq!(config.n_heads, 3); // d_model / d_head
    assert_eq!(config.d_mlp, 4 * config.d_model);
    assert_eq!(config.d_vocab_out, config.d_vocab);
    assert_eq!(config.eps, 1e-5);
    assert_eq!(config.attend.scale, 1.0 / (config.d_head as f32).sqrt());
    assert!(config.attend.causal);
    assert_eq!(config.normalization, Normalization::LayerNorm);
    assert_eq!(config.positions, Positions::Standard);
    let rotary = r#"{"n_layers": 1, "d_model": 24, "n_ctx": 12, "d_head": 8, "d_vocab": 31,
                     "attn_only": true, "positional_embedding_type": "rotary"}"#;
    let Positions::Rotary { rotation, base } = Config::parse(rotary).unwrap().positions else {
        panic!("rotary was asked for");
    };
    assert_eq!(
        (rotation.rotary_dim, rotation.adjacent_pairs, base),
        (8, false, 10_000.0)
    );
}

/// Masks and rotary tables in a state dict are no weights.
#[test]
fn buffers_in_the_weights_are_ignored() {
    let golden = Golden::open("rotary-adjacent-with-buffers");
    let bytes = golden.bytes("model.safetensors");
    let header = String::from_utf8_lossy(&bytes);
    for buffer in [
        "attn.mask",
        "attn.IGNORE",
        "attn.rotary_sin",
        "attn.rotary_cos",
    ] {
        assert!(header.contains(buffer), "the folder should hold {buffer}");
    }
    assert!(
        golden
            .weights()
            .iter()
            .all(|(name, _)| name.contains(".W_") || name.contains(".b") || name.contains(".w"))
    );
    golden.transformer(&cpu());
}

/// A missing bias is zeros: spelling the zeros out changes no bit.
#[test]
fn missing_biases_are_zeros() {
    let golden = Golden::open("defaults-without-biases");
    let given = golden.weights();
    assert!(
        given.iter().all(|(name, _)| !name.contains(".b")),
        "the folder should have no bias"
    );
    let mut spelt_out: Vec<(String, HostTensor)> = given
        .iter()
        .map(|(name, tensor)| (name.to_owned(), tensor.clone()))
        .collect();
    for (name, tensor) in given.iter() {
        if let Some(norm) = name.strip_suffix(".w") {
            spelt_out.push((format!("{norm}.b"), HostTensor::zeros(tensor.shape())));
        }
        if let Some(block) = name.strip_suffix("attn.W_O") {
            spelt_out.push((format!("{block}attn.b_O"), HostTensor::zeros([24])));
            spelt_out.push((format!("{block}attn.b_Q"), HostTensor::zeros([3, 8])));
        }
    }
    let weights = Weights::from_tensors(spelt_out);
    let zeros =
        glasshouse_model::Transformer::load(&cpu(), golden.config.clone(), weights).unwrap();
    let logits = |transformer| {
        run(&cpu(), transformer, &golden.tokens, &[], &[], None)
            .unwrap()
            .logits
    };
    let (without, with) = (logits(&golden.transformer(&cpu())), logits(&zeros));
    assert_eq!(relative_error(&without, &with), Ok(0.0));
}
