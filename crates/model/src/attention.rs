use glasshouse_hooks::{HookPoint, Hooks, Site};
use glasshouse_tensor::{Backend, HostTensor, Result, Rotation};

use crate::{Config, Positions, Weights};

/// The rotary tables for the positions of one run.
pub struct RotaryRows<B: Backend> {
    /// `[pos, rotary_dim]`
    pub cos: B::Tensor,
    /// `[pos, rotary_dim]`
    pub sin: B::Tensor,
    /// Which coordinates form a pair.
    pub rotation: Rotation,
}

/// What one layer's attention sees.
pub struct AttentionInput<'r, B: Backend> {
    /// Input of queries and keys, `[pos, d_model]`.
    pub query_key: B::Tensor,
    /// Input of values, `[pos, d_model]`.
    pub value: B::Tensor,
    /// Rotation of queries and keys, in rotary models.
    pub rotary: Option<&'r RotaryRows<B>>,
}

/// Keys (rotated, where the model rotates) and values of the positions so far, `[key, head, d_head]`.
#[derive(Clone)]
pub struct KeysValues<B: Backend> {
    /// `[key, head, d_head]`
    pub keys: B::Tensor,
    /// `[key, head, d_head]`
    pub values: B::Tensor,
}

/// The attention of one block.
pub struct Attention<B: Backend> {
    layer: usize,
    w_q: B::Tensor,
    b_q: B::Tensor,
    w_k: B::Tensor,
    b_k: B::Tensor,
    w_v: B::Tensor,
    b_v: B::Tensor,
    w_o: B::Tensor,
    w_o_by_head: B::Tensor,
    b_o: B::Tensor,
}

impl<B: Backend> Attention<B> {
    /// Takes `blocks.{layer}.attn.*`.
    pub fn load(backend: &B, config: &Config, weights: &mut Weights, layer: usize) -> Result<Self> {
        let (heads, d_model, d_head) = (config.n_heads, config.d_model, config.d_head);
        let name = |part: &str| format!("blocks.{layer}.attn.{part}");
        // W_Q [head, d_model, d_head] → [d_model, head·d_head], so that one matrix product gives
        // [pos, head, d_head] for all heads.
        let mut projection = |part: &str| {
            let by_head = weights.take(&name(&format!("W_{part}")), &[heads, d_model, d_head])?;
            let joined = by_head
                .swap_first_axes()?
                .reshaped([d_model, heads * d_head])?;
            let bias = weights.take_bias(&name(&format!("b_{part}")), &[heads, d_head])?;
            Ok((
                backend.upload(&joined)?,
                backend.upload(&bias.reshaped([heads * d_head])?)?,
            ))
        };
        let (w_q, b_q) = projection("Q")?;
        let (w_k, b_k) = projection("K")?;
        let (w_v, b_v) = projection("V")?;
        let w_o = weights.take(&name("W_O"), &[heads, d_head, d_model])?;
        let w_o_by_head = backend.upload(&w_o)?;
        Ok(Self {
            layer,
            w_q,
            b_q,
            w_k,
            b_k,
            w_v,
            b_v,
            w_o: backend.reshape(&w_o_by_head, &[heads * d_head, d_model])?,
            w_o_by_head,
            b_o: backend.upload(&weights.take_bias(&name("b_O"), &[d_model])?)?,
        })
    }

    /// What attention writes, `[pos, d_model]`; `memory` gains this run's keys and values.
    pub fn forward(
        &self,
        backend: &B,
        config: &Config,
        input: &AttentionInput<B>,
        memory: &mut Option<KeysValues<B>>,
        hooks: &mut Hooks<B>,
    ) -> Result<B::Tensor> {
        let point = |site| HookPoint::block(self.layer, site);
        let positions = backend.shape(&input.value)[0];
        let by_head = [positions, config.n_heads, config.d_head];
        let mut project = |x, w, b, site| {
            let flat = backend.linear(x, w, Some(b))?;
            hooks.at(backend, point(site), backend.reshape(&flat, &by_head)?)
        };
        let mut q = project(&input.query_key, &self.w_q, &self.b_q, Site::Q)?;
        let mut k = project(&input.query_key, &self.w_k, &self.b_k, Site::K)?;
        let v = project(&input.value, &self.w_v, &self.b_v, Site::V)?;
        if let Some(RotaryRows { cos, sin, rotation }) = input.rotary {
            q = hooks.at(
                backend,
                point(Site::RotQ),
                backend.rotate(&q, cos, sin, *rotation)?,
            )?;
            k = hooks.at(
                backend,
                point(Site::RotK),
                backend.rotate(&k, cos, sin, *rotation)?,
            )?;
        }
        let (keys, values) = match memory.take() {
            None => (k, v),
            Some(before) => (
                backend.append_rows(&before.keys, &k)?,
                backend.append_rows(&before.values, &v)?,
            ),
        };
        let z = self.attend(backend, config, &q, &keys, &values, hooks)?;
        *memory = Some(KeysValues { keys, values });
        let z = hooks.at(backend, point(Site::Z), z)?; // [pos, head, d_head]
        let out = if hooks.watches(point(Site::Result)) {
            let results = backend.head_results(&z, &self.w_o_by_head)?;
            let results = hooks.at(backend, point(Site::Result), results)?; // [pos, head, d_model]
            backend.sum_heads(&results, &self.b_o)?
        } else {
            let flat = backend.reshape(&z, &[positions, config.n_heads * config.d_head])?;
            backend.linear(&flat, &self.w_o, Some(&self.b_o))?
        };
        hooks.at(backend, point(Site::AttnOut), out)
    }

    /// Queries meet keys, values move; fused unless someone looks at scores or pattern.
    fn attend(
        &self,
        backend: &B,
        config: &Config,
        q: &B::Tensor,
        k: &B::Tensor,
        v: &B::Tensor,
        hooks: &mut Hooks<B>,
    ) -> Result<B::Tensor> {
        let scores_point = HookPoint::block(self.layer, Site::AttnScores);
        let pattern_point = HookPoint::block(self.layer, Site::Pattern);
        if !hooks.watches(scores_point) && !hooks.watches(pattern_point) {
            return backend.attention(q, k, v, config.attend);
        }
        let scores = backend.attention_scores(q, k, config.attend)?;
        let scores = hooks.at(backend, scores_point, scores)?; // [head, query, key]
        let pattern = hooks.at(backend, pattern_point, backend.softmax(&scores)?)?;
        backend.mix_values(&pattern, v)
    }
}

/// Cosines and sines for the positions `first..first + count`, as TransformerLens builds them:
/// `angle[p, i] = p / base^(i / (rotary_dim/2))`, each angle standing at both members of its pair.
pub fn rotary_rows<B: Backend>(
    backend: &B,
    config: &Config,
    first: usize,
    count: usize,
) -> Result<Option<RotaryRows<B>>> {
    let Positions::Rotary { rotation, base } = config.positions else {
        return Ok(None);
    };
    let width = rotation.rotary_dim;
    let half = width / 2;
    let table = |wave: fn(f64) -> f64| {
        let mut data = Vec::with_capacity(count * width);
        for position in first..first + count {
            data.extend((0..width).map(|coordinate| {
                let pair = match rotation.adjacent_pairs {
                    true => coordinate / 2,
                    false => coordinate % half,
                };
                let frequency = libm::pow(f64::from(base), pair as f64 / half as f64);
                wave(position as f64 / frequency) as f32
            }));
        }
        backend.upload(&HostTensor::new([count, width], data)?)
    };
    Ok(Some(RotaryRows {
        cos: table(libm::cos)?,
        sin: table(libm::sin)?,
        rotation,
    }))
}
