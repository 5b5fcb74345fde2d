use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use glasshouse_hooks::{Edit, EditValue, HookPoint, How, MeanSource};
use glasshouse_model::{Config, Means, Transformer, Weights};
use glasshouse_tensor::{Backend, HostTensor};
use safetensors::SafeTensors;
use serde_json::Value;

/// A folder of `tests/golden`: a model and what TransformerLens computes with it.
///
/// The folders are our own, so whatever is wrong with one panics here and fails the test.
pub struct Golden {
    /// The folder's name.
    pub id: String,
    /// Its `config.json`, read by the product's own parser.
    pub config: Config,
    /// Its one input.
    pub tokens: Vec<u32>,
    /// Every hook with its shape, in firing order.
    pub hooks: Vec<(String, Vec<usize>)>,
    /// What TransformerLens computes at every hook, and `logits`.
    pub activations: BTreeMap<String, HostTensor>,
    /// Edited runs; none in most folders.
    pub edits: Vec<EditCase>,
    means: Means,
    folder: PathBuf,
}

/// One edited run.
pub struct EditCase {
    /// What it shows.
    pub name: String,
    /// In the order given.
    pub edits: Vec<Edit>,
    /// What a capture of a hook must equal; `None` stands for the logits.
    pub expect: Vec<(Option<HookPoint>, HostTensor)>,
}

impl Golden {
    /// Every folder, by name.
    pub fn all() -> Vec<Self> {
        let mut ids: Vec<String> = fs::read_dir(root())
            .expect("tests/golden can be listed")
            .map(|entry| entry.expect("tests/golden can be listed"))
            .filter(|entry| entry.path().join("model.safetensors").exists())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        ids.sort();
        assert!(
            ids.len() >= 19,
            "only {} reference folders found",
            ids.len()
        );
        ids.iter().map(|id| Self::open(id)).collect()
    }

    /// One folder.
    pub fn open(id: &str) -> Self {
        let folder = root().join(id);
        let text = |file: &str| {
            fs::read_to_string(folder.join(file)).unwrap_or_else(|e| panic!("{id}/{file}: {e}"))
        };
        let json = |file: &str| -> Value {
            serde_json::from_str(&text(file)).unwrap_or_else(|e| panic!("{id}/{file}: {e}"))
        };
        let hooks = rows(&json("hook_names.json"))
            .map(|hook| (word(&hook["name"]), whole_numbers(&hook["shape"])))
            .collect();
        let edits = match folder.join("edits.json").exists() {
            true => {
                let tensors = tensors(&folder.join("edits.safetensors"));
                rows(&json("edits.json"))
                    .map(|case| edit_case(case, &tensors))
                    .collect()
            }
            false => Vec::new(),
        };
        let means = match fs::read(folder.join("means.safetensors")) {
            Ok(bytes) => Means::parse(&bytes).unwrap_or_else(|e| panic!("{id}: {e}")),
            Err(_) => Means::default(),
        };
        Self {
            id: id.to_owned(),
            config: Config::parse(&text("config.json")).unwrap_or_else(|e| panic!("{id}: {e}")),
            tokens: whole_numbers(&json("tokens.json")),
            hooks,
            activations: tensors(&folder.join("activations.safetensors")),
            edits,
            means,
            folder,
        }
    }

    /// The bytes of one of its files.
    pub fn bytes(&self, file: &str) -> Vec<u8> {
        let path = self.folder.join(file);
        fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Its weights, read by the product's own loader.
    pub fn weights(&self) -> Weights {
        Weights::parse("model.safetensors", &self.bytes("model.safetensors"))
            .unwrap_or_else(|e| panic!("{}: {e}", self.id))
    }

    /// Its model on `backend`.
    pub fn transformer<B: Backend>(&self, backend: &B) -> Transformer<B> {
        Transformer::load(backend, self.config.clone(), self.weights())
            .unwrap_or_else(|e| panic!("{}: {e}", self.id))
    }

    /// Its data-set means.
    pub fn means(&self) -> Option<&dyn MeanSource> {
        Some(&self.means)
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// All tensors of a file of f32 numbers. Not `Weights::parse`: masked scores are infinite.
pub(crate) fn tensors(path: &Path) -> BTreeMap<String, HostTensor> {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file =
        SafeTensors::deserialize(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let tensor = |view: safetensors::tensor::TensorView| {
        assert_eq!(view.dtype(), safetensors::Dtype::F32, "{}", path.display());
        let numbers = view
            .data()
            .as_chunks::<4>()
            .0
            .iter()
            .copied()
            .map(f32::from_le_bytes);
        HostTensor::new(view.shape(), numbers.collect()).expect("the file's shapes fit its data")
    };
    file.tensors()
        .into_iter()
        .map(|(name, view)| (name, tensor(view)))
        .collect()
}

pub(crate) fn edit_case(case: &Value, tensors: &BTreeMap<String, HostTensor>) -> EditCase {
    let expect = case["expect"].as_object().expect("\"expect\" is a table");
    EditCase {
        name: word(&case["name"]),
        edits: rows(&case["edits"])
            .map(|given| edit(given, tensors))
            .collect(),
        expect: expect
            .iter()
            .map(|(hook, tensor)| {
                let point = (hook != "logits").then(|| point(hook));
                (point, tensors[&word(tensor)].clone())
            })
            .collect(),
    }
}

fn edit(given: &Value, tensors: &BTreeMap<String, HostTensor>) -> Edit {
    let selector = |name: &str| given.get(name).map(whole_numbers);
    Edit {
        hook: point(&word(&given["hook"])),
        heads: selector("heads"),
        positions: selector("positions"),
        features: selector("features"),
        how: serde_json::from_value::<How>(given["how"].clone()).expect("\"how\" is known"),
        value: given.get("value").map(|value| match value.as_f64() {
            Some(number) => EditValue::Number(number as f32),
            None => EditValue::Tensor(tensors[&word(&value["tensor"])].clone()),
        }),
        scale: given
            .get("scale")
            .map(|scale| scale.as_f64().expect("a number") as f32),
    }
}

fn point(name: &str) -> HookPoint {
    HookPoint::parse(name).unwrap_or_else(|| panic!("{name} is no hook"))
}

pub(crate) fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().expect("a list").iter()
}

pub(crate) fn word(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is not text"))
        .to_owned()
}

fn whole_numbers<T: TryFrom<i64, Error: std::fmt::Debug>>(list: &Value) -> Vec<T> {
    rows(list)
        .map(|n| T::try_from(n.as_i64().expect("a whole number")).expect("a number in range"))
        .collect()
}
