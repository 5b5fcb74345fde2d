use glasshouse_hooks::{Edit, HookPoint, Hooks, MeanSource};
use glasshouse_model::Transformer;
use glasshouse_tensor::{Backend, HostTensor, Result};

use crate::wait;

/// One full run, read back.
#[derive(Debug, Clone)]
pub struct Run {
    /// What was captured, in firing order.
    pub captured: Vec<(HookPoint, HostTensor)>,
    /// `[pos, d_vocab_out]`
    pub logits: HostTensor,
}

impl Run {
    /// The captured tensor at `point`.
    ///
    /// # Panics
    /// Where it was not captured.
    pub fn at(&self, point: HookPoint) -> &HostTensor {
        let found = self
            .captured
            .iter()
            .find(|(captured, _)| *captured == point);
        &found
            .unwrap_or_else(|| panic!("{point} was not captured"))
            .1
    }
}

/// Runs `transformer` over all of `ids` without any memory of earlier runs.
///
/// # Errors
/// As [`Transformer::forward`], and failures of the device while reading.
pub fn run<B: Backend>(
    backend: &B,
    transformer: &Transformer<B>,
    ids: &[u32],
    wanted: &[HookPoint],
    edits: &[Edit],
    means: Option<&dyn MeanSource>,
) -> Result<Run> {
    let mut hooks = Hooks::new(wanted.iter().copied(), edits.to_vec(), means);
    let logits = transformer.forward(backend, ids, &mut hooks)?;
    let (points, mut handles): (Vec<_>, Vec<_>) = hooks.into_captured().into_iter().unzip();
    handles.insert(0, logits);
    let mut tensors = wait(backend.read(&handles))?.into_iter();
    let logits = tensors
        .next()
        .expect("read returns as many tensors as it is asked for");
    Ok(Run {
        captured: points.into_iter().zip(tensors).collect(),
        logits,
    })
}
