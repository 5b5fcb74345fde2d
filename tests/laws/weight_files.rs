//! Bad `model.safetensors`: every one a `bad-model-file` with a sentence that names what is wrong.

use std::collections::HashMap;

use glasshouse_model::{Means, Transformer, Weights};
use glasshouse_tensor::{Error, Result};
use glasshouse_tests::{Golden, cpu};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// Tensors of a file, open to meddling: name → (type, shape, little-endian bytes).
type Tensors = HashMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

const ID: &str = "odd-sizes-relu";

fn tensors() -> Tensors {
    let bytes = Golden::open(ID).bytes("model.safetensors");
    let file = SafeTensors::deserialize(&bytes).expect("the reference is whole");
    file.tensors()
        .into_iter()
        .map(|(name, view)| {
            (
                name,
                (view.dtype(), view.shape().to_vec(), view.data().to_vec()),
            )
        })
        .collect()
}

fn file(tensors: &Tensors) -> Vec<u8> {
    let views = tensors.iter().map(|(name, (dtype, shape, bytes))| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).expect("bytes fit the shape");
        (name.as_str(), view)
    });
    safetensors::serialize(views, None).expect("the file can be written")
}

/// The whole way from bytes to a model.
fn load(bytes: &[u8]) -> Result<()> {
    let weights = Weights::parse("model.safetensors", bytes)?;
    Transformer::load(&cpu(), Golden::open(ID).config, weights).map(|_| ())
}

/// The sentence of the refusal, which must have the right code and name `named`.
fn refusal(what: &str, outcome: Result<()>, named: &str) {
    match outcome {
        Err(error @ Error::BadModelFile(_)) => {
            let sentence = error.to_string();
            assert!(
                sentence.contains(named),
                "{what}: \"{sentence}\" should name {named}"
            );
            assert!(
                sentence.ends_with('.'),
                "{what}: \"{sentence}\" is no sentence"
            );
            assert!(
                sentence.len() < 400,
                "{what}: \"{sentence}\" is too long to show"
            );
        }
        Err(error) => panic!("{what}: {} ({error})", error.code()),
        Ok(()) => panic!("{what} was not refused"),
    }
}

/// The file written by these tests is good as long as nobody meddles with it.
#[test]
fn an_untouched_copy_loads() {
    load(&file(&tensors())).expect("nothing is wrong with it");
}

#[test]
fn a_truncated_file_is_refused_wherever_it_ends() {
    let whole = Golden::open(ID).bytes("model.safetensors");
    for end in (0..whole.len())
        .step_by(97)
        .chain(whole.len() - 9..whole.len())
    {
        refusal(
            &format!("{end} bytes"),
            load(&whole[..end]),
            "model.safetensors",
        );
    }
}

#[test]
fn bytes_behind_the_end_are_refused() {
    let mut longer = Golden::open(ID).bytes("model.safetensors");
    longer.extend([0; 8]);
    refusal("eight bytes more", load(&longer), "model.safetensors");
}

#[test]
fn a_header_that_lies_about_its_length_is_refused() {
    let whole = Golden::open(ID).bytes("model.safetensors");
    for length in [
        0,
        1,
        7,
        whole.len() as u64,
        100_000_001,
        u64::from(u32::MAX),
        u64::MAX / 2,
        u64::MAX,
    ] {
        let mut bytes = whole.clone();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        refusal(
            &format!("a header of {length} bytes"),
            load(&bytes),
            "model.safetensors",
        );
    }
}

#[test]
fn a_header_that_lies_about_its_tensors_is_refused() {
    let with_header = |header: &str, data: usize| {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.bytes());
        bytes.extend(vec![0; data]);
        bytes
    };
    for (header, data) in [
        ("", 0),
        ("{", 0),
        ("null", 0),
        ("[]", 0),
        (r#"{"embed.W_E": 3}"#, 0),
        (
            r#"{"embed.W_E": {"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
            4,
        ),
        (
            r#"{"embed.W_E": {"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            8,
        ),
        (
            r#"{"embed.W_E": {"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            4,
        ),
        (
            r#"{"embed.W_E": {"dtype":"F99","shape":[2],"data_offsets":[0,8]}}"#,
            8,
        ),
        (
            r#"{"embed.W_E": {"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            8,
        ),
        (
            r#"{"embed.W_E": {"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
            0,
        ),
        (
            r#"{"embed.W_E": {"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
            0,
        ),
        (
            r#"{"a": {"dtype":"F32","shape":[2],"data_offsets":[0,8]},
             "b": {"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
            12,
        ),
    ] {
        refusal(
            header,
            load(&with_header(header, data)),
            "model.safetensors",
        );
    }
}

#[test]
fn what_is_no_safetensors_file_is_refused() {
    let page = b"<!doctype html><title>404 Not Found</title><h1>There is nothing here</h1>";
    let pickle = b"PK\x03\x04\x00\x00\x08\x08\x00\x00\x00\x00\x00\x00archive/data.pkl";
    for (what, bytes) in [
        ("a web page", &page[..]),
        ("a PyTorch file", pickle),
        ("nothing", b""),
    ] {
        refusal(what, load(bytes), "model.safetensors");
    }
}

#[test]
fn numbers_of_another_type_are_refused() {
    for (dtype, width) in [
        (Dtype::F64, 8),
        (Dtype::I64, 8),
        (Dtype::I32, 4),
        (Dtype::U8, 1),
        (Dtype::BOOL, 1),
    ] {
        let mut tensors = tensors();
        let (_, shape, _) = tensors["blocks.0.attn.W_Q"].clone();
        let bytes = vec![0; width * shape.iter().product::<usize>()];
        tensors.insert("blocks.0.attn.W_Q".into(), (dtype, shape, bytes));
        refusal(
            &format!("{dtype:?}"),
            load(&file(&tensors)),
            "blocks.0.attn.W_Q",
        );
    }
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut tensors = tensors();
        let (_, _, bytes) = tensors
            .get_mut("blocks.1.mlp.W_in")
            .expect("there is an MLP");
        let last = bytes.len() - 4;
        bytes[last..].copy_from_slice(&bad.to_le_bytes());
        refusal(
            &format!("{bad}"),
            load(&file(&tensors)),
            "blocks.1.mlp.W_in",
        );
    }
}

#[test]
fn tensors_of_another_shape_are_refused() {
    let names: Vec<String> = tensors().into_keys().collect();
    for name in names {
        let mut tensors = tensors();
        let (_, shape, _) = tensors.get_mut(&name).expect("its own name");
        // As many numbers, along other axes.
        match shape.len() {
            1 => shape.insert(0, 1),
            _ => shape.reverse(),
        }
        refusal(&name, load(&file(&tensors)), &name);
    }
}

#[test]
fn a_missing_weight_is_named() {
    let names: Vec<String> = tensors().into_keys().collect();
    for name in names.iter().filter(|name| !name.contains(".b")) {
        let mut tensors = tensors();
        tensors.remove(name);
        refusal(name, load(&file(&tensors)), name);
    }
}

#[test]
fn a_tensor_without_a_place_is_named_with_the_nearest_name() {
    for (stray, nearest) in [
        ("blocks.0.attn.w_Q", "blocks.0.attn.W_Q"),
        ("blocks.1.atn.b_O", "blocks.1.attn.b_O"),
        ("unembed.W", "unembed.W_U"),
        ("blocks.2.attn.W_Q", "blocks."),
        ("<img src=x onerror=alert(1)>", ""),
    ] {
        let mut tensors = tensors();
        tensors.insert(stray.to_owned(), (Dtype::F32, vec![1], vec![0; 4]));
        let bytes = file(&tensors);
        refusal(stray, load(&bytes), stray);
        refusal(stray, load(&bytes), nearest);
    }
}

#[test]
fn bad_means_are_refused() {
    let parse = |bytes: &[u8]| Means::parse(bytes).map(|_| ());
    refusal("nothing", parse(b""), "means.safetensors");
    let mut tensors = Tensors::new();
    tensors.insert(
        "blocks.0.attn.hook_zz".into(),
        (Dtype::F32, vec![1], vec![0; 4]),
    );
    refusal("no hook", parse(&file(&tensors)), "blocks.0.attn.hook_zz");
    tensors.clear();
    let nan = f32::NAN.to_le_bytes().to_vec();
    tensors.insert("blocks.0.attn.hook_z".into(), (Dtype::F32, vec![1], nan));
    refusal("NaN", parse(&file(&tensors)), "blocks.0.attn.hook_z");
}
