//! Runs that follow one another, as a reader types: positions before the first changed token are
//! not computed again.

mod last;

use std::rc::Rc;

use glasshouse_hooks::{Axis, Edit, HookPoint, Hooks, Site, Splice};
use glasshouse_tensor::{Backend, Error, HostTensor, Result};

use crate::{AttachedSae, Config, KeyValueCache, Means, Transformer};

/// How many kinds of run (what is captured, what is edited) are remembered: a widget alternates
/// between a baseline and an edited run.
const REMEMBERED: usize = 4;

/// What one run looks at and touches.
pub struct Look<B: Backend> {
    /// What is captured.
    pub wanted: Vec<HookPoint>,
    /// Of which points each position's so many largest entries are captured.
    pub top: Vec<(HookPoint, usize)>,
    /// What is changed, in order.
    pub edits: Vec<Edit>,
    /// What is spliced in, at most one at each point.
    pub saes: Vec<AttachedSae<B>>,
}

impl<B: Backend> PartialEq for Look<B> {
    fn eq(&self, other: &Self) -> bool {
        self.wanted == other.wanted
            && self.top == other.top
            && self.edits == other.edits
            && self.saes == other.saes
    }
}

/// The result of one run, on the host.
#[derive(Debug, Clone)]
pub struct RunOutput {
    /// What was captured, in firing order.
    pub captured: Vec<(HookPoint, HostTensor)>,
    /// Largest entries that were captured, in firing order: `[pos, 2, k]`, as `Backend::top_k` has it.
    pub top: Vec<(HookPoint, HostTensor)>,
    /// `[pos, d_vocab_out]`
    pub logits: HostTensor,
    /// How many leading positions were taken from the run before.
    pub reused_positions: usize,
}

/// A transformer and what its last runs computed.
pub struct Runner<B: Backend> {
    backend: B,
    transformer: Transformer<B>,
    means: Means,
    memories: Vec<Memory<B>>,
}

/// One run as it is remembered.
struct Memory<B: Backend> {
    ids: Vec<u32>,
    look: Look<B>,
    keys_values: KeyValueCache<B>,
    output: Rc<RunOutput>,
}

impl<B: Backend> Runner<B> {
    /// A runner without memories.
    pub fn new(backend: B, transformer: Transformer<B>, means: Means) -> Self {
        Self {
            backend,
            transformer,
            means,
            memories: Vec::new(),
        }
    }

    /// The model's config.
    pub fn config(&self) -> &Config {
        self.transformer.config()
    }

    /// The device.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// The transformer itself.
    pub fn transformer(&self) -> &Transformer<B> {
        &self.transformer
    }

    /// Whether the folder came with data-set means.
    pub fn has_means(&self) -> bool {
        !self.means.is_empty()
    }

    /// Forgets all runs and frees their tensors.
    pub fn forget(&mut self) {
        self.memories.clear();
    }

    /// As [`Runner::look`], without any SAE.
    ///
    /// # Errors
    /// As [`Runner::look`].
    pub async fn run(
        &mut self,
        ids: &[u32],
        wanted: &[HookPoint],
        edits: &[Edit],
    ) -> Result<Rc<RunOutput>> {
        let look = Look {
            wanted: wanted.to_vec(),
            top: Vec::new(),
            edits: edits.to_vec(),
            saes: Vec::new(),
        };
        self.look(ids, look).await
    }

    /// Runs the model over `ids`, reusing what a run that looked at and touched the same computed for
    /// the same leading tokens. The numbers are those of a full run; they are shared with the memory
    /// of it, not copied.
    ///
    /// # Errors
    /// As [`Transformer::forward`], and failures of the device while reading.
    pub async fn look(&mut self, ids: &[u32], look: Look<B>) -> Result<Rc<RunOutput>> {
        let known = self.memories.iter().position(|memory| memory.look == look);
        // Taken out, so that a run that fails leaves nothing half true behind.
        let before = known.map(|index| self.memories.remove(index));
        let before = before.filter(|before| {
            self.config().attend.causal
                && look.edits.iter().all(Edit::keeps_prefixes)
                && before.ids.first() == ids.first()
        });
        let memory = match before {
            Some(before) if before.ids == ids => Memory {
                output: before.output.all_reused(ids.len()),
                ..before
            },
            before => self.compute(ids, look, before).await?,
        };
        let output = Rc::clone(&memory.output);
        if self.memories.len() == REMEMBERED {
            self.memories.remove(0);
        }
        self.memories.push(memory);
        Ok(output)
    }

    async fn compute(
        &self,
        ids: &[u32],
        look: Look<B>,
        before: Option<Memory<B>>,
    ) -> Result<Memory<B>> {
        let shared = before.as_ref().map_or(0, |before| {
            let same = ids
                .iter()
                .zip(&before.ids)
                .take_while(|(a, b)| a == b)
                .count();
            same.min(ids.len().saturating_sub(1)) // at least one position is computed
        });
        let mut keys_values = match &before {
            Some(before) => before.keys_values.truncated(&self.backend, shared)?,
            None => KeyValueCache::new(),
        };
        let means: Option<&dyn glasshouse_hooks::MeanSource> = Some(&self.means);
        let mut hooks = Hooks::new(look.wanted.iter().copied(), look.edits.clone(), means)
            .with_top(look.top.iter().copied())
            .with_splices(look.saes.iter().map(|sae| sae as &dyn Splice<B>));
        let logits =
            self.transformer
                .forward_after(&self.backend, ids, &mut keys_values, &mut hooks)?;
        let (top_points, mut handles): (Vec<_>, Vec<_>) = hooks.take_top().into_iter().unzip();
        let (points, captured): (Vec<_>, Vec<_>) = hooks.into_captured().into_iter().unzip();
        handles.extend(captured);
        handles.push(logits);
        let mut tensors = self.backend.read(&handles).await?;
        let logits = tensors
            .pop()
            .ok_or_else(|| Error::Internal("the device returned no logits".into()))?;
        let captured = tensors.split_off(top_points.len());
        let mut output = RunOutput {
            captured: points.into_iter().zip(captured).collect(),
            top: top_points.into_iter().zip(tensors).collect(),
            logits,
            reused_positions: shared,
        };
        if let Some(before) = &before {
            output.put_behind(&before.output, shared, ids.len())?;
        }
        Ok(Memory {
            ids: ids.to_vec(),
            look,
            keys_values,
            output: Rc::new(output),
        })
    }
}

impl RunOutput {
    /// The same answer once more, with nothing computed for it.
    fn all_reused(self: Rc<Self>, positions: usize) -> Rc<Self> {
        if self.reused_positions == positions {
            return self;
        }
        let mut output = Rc::unwrap_or_clone(self);
        output.reused_positions = positions;
        Rc::new(output)
    }

    /// Puts the first `shared` positions of `before` in front of every tensor.
    fn put_behind(&mut self, before: &RunOutput, shared: usize, length: usize) -> Result<()> {
        if shared == 0 {
            return Ok(());
        }
        for ((point, new), (_, old)) in self.captured.iter_mut().zip(&before.captured) {
            *new = match point.axes()[0] {
                Axis::Position => join_rows(old, new, shared)?,
                _ => join_queries(point.site(), old, new, shared, length)?,
            };
        }
        for ((_, new), (_, old)) in self.top.iter_mut().zip(&before.top) {
            *new = join_rows(old, new, shared)?;
        }
        self.logits = join_rows(&before.logits, &self.logits, shared)?;
        Ok(())
    }
}

/// `old`'s first `shared` rows, then `new`: `[pos, …]`.
fn join_rows(old: &HostTensor, new: &HostTensor, shared: usize) -> Result<HostTensor> {
    let row: usize = new.shape()[1..].iter().product();
    let mut data = Vec::with_capacity(shared * row + new.data().len());
    data.extend_from_slice(&old.data()[..shared * row]);
    data.extend_from_slice(new.data());
    let mut shape = new.shape().to_vec();
    shape[0] += shared;
    HostTensor::new(shape, data)
}

/// The same for `[head, query, key]`, where old queries gain keys that they cannot see.
fn join_queries(
    site: Site,
    old: &HostTensor,
    new: &HostTensor,
    shared: usize,
    length: usize,
) -> Result<HostTensor> {
    let unseen = match site {
        Site::AttnScores => f32::NEG_INFINITY,
        _ => 0.0,
    };
    let (heads, old_keys) = (new.shape()[0], old.shape()[2]);
    let old_queries = old.shape()[1];
    let visible = shared.min(old_keys);
    let mut data = Vec::with_capacity(heads * length * length);
    for head in 0..heads {
        for query in 0..shared {
            let start = (head * old_queries + query) * old_keys;
            data.extend_from_slice(&old.data()[start..start + visible]);
            data.extend(std::iter::repeat_n(unseen, length - visible));
        }
        let block = (length - shared) * length;
        data.extend_from_slice(&new.data()[head * block..(head + 1) * block]);
    }
    HostTensor::new([heads, length, length], data)
}
