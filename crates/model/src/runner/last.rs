//! One text, many edits at its last position: everything before it is computed once.

use glasshouse_hooks::{Edit, Hooks};
use glasshouse_tensor::{Backend, Error, HostTensor, Result};

use super::Runner;

/// How many variants are read back together: more would only hold more of the device's memory.
const AT_ONCE: usize = 16;

impl<B: Backend> Runner<B> {
    /// The logits of the last position of `ids` under each list of edits, `[variant, d_vocab_out]`. The
    /// positions before it are those of the unedited text, so every edit must select the last position
    /// alone (`positions` −1). The numbers are those of a full run with the same edits.
    ///
    /// # Errors
    /// [`Error::BadEdit`] where an edit selects more than the last position, and what
    /// [`Runner::run`] fails with.
    pub async fn last_logits(&mut self, ids: &[u32], variants: &[Vec<Edit>]) -> Result<HostTensor> {
        let touches_more = |edit: &&Edit| edit.positions.as_deref() != Some(&[-1]);
        if let Some(edit) = variants.iter().flatten().find(touches_more) {
            return Err(Error::BadEdit(format!(
                "The edit at {} must select the last position (-1) alone.",
                edit.hook
            )));
        }
        let is_unedited = |memory: &&super::Memory<B>| {
            memory.ids == ids && memory.look.edits.is_empty() && memory.look.saes.is_empty()
        };
        if !self.memories.iter().any(|memory| is_unedited(&memory)) {
            self.run(ids, &[], &[]).await?;
        }
        let unedited = self.memories.iter().find(is_unedited);
        let unedited = unedited.ok_or_else(|| Error::Internal("the run was not kept".into()))?;
        let before = match self.config().attend.causal {
            true => ids.len() - 1,
            false => 0, // every position sees the edited one
        };
        let before = unedited.keys_values.truncated(&self.backend, before)?;
        let means: Option<&dyn glasshouse_hooks::MeanSource> = Some(&self.means);
        let mut rows = Vec::new();
        for variants in variants.chunks(AT_ONCE) {
            let mut handles = Vec::with_capacity(variants.len());
            for edits in variants {
                let mut hooks = Hooks::new([], edits.clone(), means);
                let mut keys_values = before.clone();
                let logits = self.transformer.forward_after(
                    &self.backend,
                    ids,
                    &mut keys_values,
                    &mut hooks,
                )?;
                let positions = self.backend.shape(&logits)[0];
                handles.push(self.backend.rows(&logits, positions - 1, 1)?);
            }
            let read = self.backend.read(&handles).await?;
            rows.extend(read.into_iter().flat_map(HostTensor::into_data));
        }
        HostTensor::new([variants.len(), self.config().d_vocab_out], rows)
    }
}
