//! Bad `config.json`: every one a `bad-model-file` with a sentence that names what is wrong.

use glasshouse_model::{Config, Transformer, Weights};
use glasshouse_tensor::Error;
use glasshouse_tests::{Golden, cpu};
use serde_json::{Value, json};

const GOOD: &str = r#"{"format_version": 1, "n_layers": 2, "d_model": 24, "n_ctx": 12, "d_head": 8,
    "n_heads": 3, "d_mlp": 40, "d_vocab": 31, "act_fn": "gelu"}"#;

/// The good config with some fields set anew; `None` takes a field away.
fn config(changes: &[(&str, Option<Value>)]) -> String {
    let mut config: Value = serde_json::from_str(GOOD).expect("the config is ours");
    let fields = config.as_object_mut().expect("an object");
    for (name, value) in changes {
        match value {
            Some(value) => fields.insert((*name).to_owned(), value.clone()),
            None => fields.remove(*name),
        };
    }
    config.to_string()
}

fn refused(json: &str, named: &str) {
    match Config::parse(json) {
        Err(error @ Error::BadModelFile(_)) => {
            let sentence = error.to_string();
            assert!(
                sentence.contains(named),
                "\"{sentence}\" should name {named}: {json}"
            );
            assert!(
                sentence.contains("config.json"),
                "\"{sentence}\" should name the file"
            );
            assert!(sentence.ends_with('.'), "\"{sentence}\" is no sentence");
            assert!(sentence.len() < 500, "\"{sentence}\" is too long to show");
        }
        Err(error) => panic!("{}: {error}, for {json}", error.code()),
        Ok(_) => panic!("not refused: {json}"),
    }
}

#[test]
fn the_good_one_is_read() {
    let config = Config::parse(GOOD).expect("nothing is wrong with it");
    assert_eq!(
        (config.n_layers, config.d_model, config.d_vocab_out),
        (2, 24, 31)
    );
}

#[test]
fn what_is_not_json_is_refused() {
    let deep = "[".repeat(100_000);
    let deep_object = r#"{"a":"#.repeat(100_000);
    for text in [
        "",
        "{",
        "{]",
        "nonsense",
        "{\"n_layers\": 1",
        "\u{feff}{}",
        "{\"n_layers\": NaN}",
        "<!doctype html>",
        &deep,
        &deep_object,
    ] {
        refused(text, "JSON");
    }
    for text in ["[]", "3", "null", "\"text\"", "true"] {
        refused(text, "object");
    }
    refused("{}", "d_model");
}

#[test]
fn an_unknown_field_is_told_the_nearest_one() {
    for (unknown, nearest) in [
        ("n_layer", "n_layers"),
        ("d_modell", "d_model"),
        ("normalisation_type", "normalization_type"),
        ("positional_embeding_type", "positional_embedding_type"),
        ("bos_token", "bos_token_id"),
    ] {
        let json = config(&[(unknown, Some(json!(1)))]);
        refused(&json, &format!("\"{unknown}\""));
        refused(&json, &format!("\"{nearest}\""));
    }
    refused(
        &config(&[(&"x".repeat(100_000), Some(json!(1)))]),
        "unknown field",
    );
}

#[test]
fn a_missing_field_is_named() {
    for name in [
        "n_layers", "d_model", "n_ctx", "d_head", "d_vocab", "act_fn",
    ] {
        refused(&config(&[(name, None)]), name);
        refused(&config(&[(name, Some(Value::Null))]), name);
    }
}

#[test]
fn sizes_are_whole_numbers_in_reach() {
    for name in [
        "n_layers",
        "d_model",
        "n_ctx",
        "d_head",
        "n_heads",
        "d_mlp",
        "d_vocab",
        "d_vocab_out",
    ] {
        for bad in [
            json!(0),
            json!(-2),
            json!(1.5),
            json!("24"),
            json!([24]),
            json!({}),
            json!(true),
            json!(1e300),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(1_u64 << 53),
        ] {
            refused(&config(&[(name, Some(bad))]), name);
        }
    }
}

#[test]
fn words_are_among_those_known() {
    for (name, bad) in [
        ("act_fn", json!("swish")),
        ("act_fn", json!(3)),
        ("normalization_type", json!("BatchNorm")),
        ("normalization_type", json!(false)),
        ("positional_embedding_type", json!("alibi")),
        ("positional_embedding_type", Value::Null),
        ("attention_dir", json!("backwards")),
        ("format_version", json!(2)),
        ("format_version", json!("1")),
        ("attn_only", json!("yes")),
        ("use_attn_scale", json!(1)),
        ("eps", json!("small")),
        ("bos_token_id", json!(31)),
        ("bos_token_id", json!(-1)),
        ("bos_token_id", json!("<s>")),
        ("default_prepend_bos", json!(1)),
    ] {
        refused(&config(&[(name, Some(bad))]), name);
    }
}

/// Settings that would make every number NaN.
#[test]
fn numbers_that_make_no_sense_are_refused() {
    for (name, bad) in [
        ("eps", json!(-1.0)),
        ("eps", json!(1e300)),
        ("attn_scale", json!(0)),
        ("attn_scale", json!(1e300)),
        ("attn_scale", json!(1e-300)),
    ] {
        refused(&config(&[(name, Some(bad))]), name);
    }
    for (name, bad) in [
        ("rotary_dim", json!(7)),
        ("rotary_dim", json!(10)),
        ("rotary_base", json!(0)),
        ("rotary_base", json!(-10_000)),
        ("rotary_base", json!("ten")),
    ] {
        let rotary = ("positional_embedding_type", Some(json!("rotary")));
        refused(&config(&[rotary, (name, Some(bad))]), name);
    }
}

/// What TransformerLens computes and Glasshouse does not is refused rather than computed wrongly.
#[test]
fn what_is_not_computed_here_is_refused() {
    for (name, value) in [
        ("gated_mlp", json!(true)),
        ("parallel_attn_mlp", json!(true)),
        ("use_local_attn", json!(true)),
        ("num_experts", json!(8)),
        ("attn_scores_soft_cap", json!(50.0)),
        ("output_logits_soft_cap", json!(30.0)),
        ("use_qk_norm", json!(true)),
        ("n_key_value_heads", json!(1)),
        ("scale_attn_by_inverse_layer_idx", json!(true)),
    ] {
        refused(&config(&[(name, Some(value))]), name);
        // As TransformerLens writes it where it is off.
        Config::parse(&config(&[(name, Some(Value::Null))])).expect("null is off");
    }
}

/// A config that promises more than the weights hold asks for no memory before it is found out.
#[test]
fn absurd_sizes_are_found_out_by_the_weights() {
    let most = json!(1_u64 << 20);
    let all = [
        "n_layers",
        "d_model",
        "n_ctx",
        "d_head",
        "n_heads",
        "d_mlp",
        "d_vocab",
        "d_vocab_out",
    ];
    for name in all {
        let golden = Golden::open("standard-ln-gelu");
        let config =
            Config::parse(&config(&[(name, Some(most.clone()))])).expect("large, but legal");
        let outcome = Transformer::load(&cpu(), config, golden.weights()).map(|_| ());
        match outcome {
            Err(error) => assert_eq!(error.code(), "bad-model-file", "{name}: {error}"),
            Ok(()) => panic!("{name}: not refused"),
        }
    }
    let all: Vec<_> = all.iter().map(|&name| (name, Some(most.clone()))).collect();
    let config = Config::parse(&config(&all)).expect("large, but legal");
    let empty = Weights::from_tensors([]);
    assert!(Transformer::load(&cpu(), config, empty).is_err());
}
