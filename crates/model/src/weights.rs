use std::collections::BTreeMap;

use glasshouse_hooks::{HookPoint, MeanSource, nearest};
use glasshouse_tensor::{Error, HostTensor, Result};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};

use crate::field::shown;

/// Tensors of a state dict that are not weights: masks and tables that TransformerLens keeps there.
const BUFFERS: &[&str] = &[
    "attn.mask",
    "attn.IGNORE",
    "attn.rotary_sin",
    "attn.rotary_cos",
];

/// Named tensors, taken out one by one by whoever builds the model.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    tensors: BTreeMap<String, HostTensor>,
}

impl Weights {
    /// Reads a `.safetensors` file with f16, bf16 or f32 numbers; `file` names it in errors.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] where the file is damaged, holds other number types, or holds a
    /// number that is not finite.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let parsed = SafeTensors::deserialize(bytes).map_err(|error| {
            let error = shown(error);
            Error::BadModelFile(format!("{file} is not a whole safetensors file ({error})."))
        })?;
        let mut tensors = BTreeMap::new();
        for (name, view) in parsed.tensors() {
            if BUFFERS.iter().any(|buffer| name.ends_with(buffer)) {
                continue;
            }
            let data = numbers(view.dtype(), view.data()).ok_or_else(|| {
                Error::BadModelFile(format!(
                    "{file}: \"{}\" is stored as {:?}; f16, bf16 and f32 can be read.",
                    shown(&name),
                    view.dtype()
                ))
            })?;
            if !data.iter().all(|number| number.is_finite()) {
                return Err(Error::BadModelFile(format!(
                    "{file}: \"{}\" holds numbers that are not finite.",
                    shown(&name)
                )));
            }
            tensors.insert(name, HostTensor::new(view.shape(), data)?);
        }
        Ok(Self { tensors })
    }

    /// Weights from tensors that are at hand.
    pub fn from_tensors(tensors: impl IntoIterator<Item = (String, HostTensor)>) -> Self {
        Self {
            tensors: tensors.into_iter().collect(),
        }
    }

    /// How many numbers there are.
    pub fn parameters(&self) -> usize {
        self.tensors
            .values()
            .map(|tensor| tensor.data().len())
            .sum()
    }

    /// Takes out the tensor `name`.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] where it is missing or has another shape.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<HostTensor> {
        let Some(tensor) = self.tensors.remove(name) else {
            return Err(Error::BadModelFile(format!(
                "The weights lack \"{name}\" of shape {shape:?}."
            )));
        };
        if tensor.shape() != shape {
            return Err(Error::BadModelFile(format!(
                "\"{name}\" has shape {:?}; the config asks for {shape:?}.",
                tensor.shape()
            )));
        }
        Ok(tensor)
    }

    /// Takes out a bias; a missing one is zeros.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] where it has another shape.
    pub fn take_bias(&mut self, name: &str, shape: &[usize]) -> Result<HostTensor> {
        match self.tensors.contains_key(name) {
            true => self.take(name, shape),
            false => Ok(HostTensor::zeros(shape)),
        }
    }

    /// Refuses tensors that nobody took: the model would not be what its file says.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] names the first of them.
    pub fn refuse_leftovers(&self, expected: &[&str]) -> Result<()> {
        match self.tensors.keys().next() {
            None => Ok(()),
            Some(name) => Err(Error::BadModelFile(format!(
                "The weights hold \"{}\", for which this config has no place{}.",
                shown(name),
                match nearest(name, expected) {
                    Some(near) => format!("; the nearest name it has is \"{near}\""),
                    None => String::new(),
                }
            ))),
        }
    }

    /// All tensors by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &HostTensor)> {
        self.tensors
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
    }
}

/// The numbers of a little-endian buffer, or `None` where the type is not one of ours.
fn numbers(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    let pairs = || bytes.as_chunks::<2>().0.iter().copied();
    Some(match dtype {
        Dtype::F32 => {
            let quads = bytes.as_chunks::<4>().0.iter().copied();
            quads.map(f32::from_le_bytes).collect()
        }
        Dtype::F16 => pairs().map(|b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => pairs().map(|b| bf16::from_le_bytes(b).to_f32()).collect(),
        // A lone number: SAELens keeps the threshold of a BatchTopK SAE so.
        Dtype::F64 => vec![f64::from_le_bytes(bytes.try_into().ok()?) as f32],
        _ => return None,
    })
}

/// Data-set means of hooks, from `means.safetensors`: a tensor named by the hook, `[n_ctx, …]`.
#[derive(Debug, Clone, Default)]
pub struct Means {
    means: BTreeMap<HookPoint, HostTensor>,
}

impl Means {
    /// Reads `means.safetensors`.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] where the file is damaged or names a hook that does not exist.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let weights = Weights::parse("means.safetensors", bytes)?;
        let mut means = BTreeMap::new();
        for (name, tensor) in weights.tensors {
            let point = HookPoint::parse(&name).ok_or_else(|| {
                let name = shown(&name);
                Error::BadModelFile(format!("means.safetensors: \"{name}\" is not a hook."))
            })?;
            means.insert(point, tensor);
        }
        Ok(Self { means })
    }

    /// Whether there is any mean.
    pub fn is_empty(&self) -> bool {
        self.means.is_empty()
    }
}

impl MeanSource for Means {
    fn mean(&self, point: HookPoint) -> Option<&HostTensor> {
        self.means.get(&point)
    }
}
