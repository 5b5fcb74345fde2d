use glasshouse_hooks::{HookPoint, Hooks, Site};
use glasshouse_tensor::{Backend, Error, Result};

use crate::attention::{Attention, AttentionInput, KeysValues, RotaryRows, rotary_rows};
use crate::mlp::Mlp;
use crate::norm::NormLayer;
use crate::{Config, Positions, Weights};

/// A decoder-only transformer with its weights on a device.
pub struct Transformer<B: Backend> {
    config: Config,
    w_e: B::Tensor,
    w_pos: Option<B::Tensor>,
    blocks: Vec<Block<B>>,
    ln_final: Option<NormLayer<B>>,
    w_u: B::Tensor,
    b_u: B::Tensor,
}

/// One block: attention and, unless the model has attention only, an MLP.
struct Block<B: Backend> {
    ln1: Option<NormLayer<B>>,
    attention: Attention<B>,
    ln2: Option<NormLayer<B>>,
    mlp: Option<Mlp<B>>,
}

/// Keys and values of the positions that have been computed, layer by layer.
#[derive(Clone)]
pub struct KeyValueCache<B: Backend> {
    length: usize,
    layers: Vec<Option<KeysValues<B>>>,
}

impl<B: Backend> KeyValueCache<B> {
    /// Nothing computed yet.
    pub fn new() -> Self {
        Self {
            length: 0,
            layers: Vec::new(),
        }
    }

    /// How many positions are cached.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The cache of the first `length` positions only.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn truncated(&self, backend: &B, length: usize) -> Result<Self> {
        if length == 0 {
            return Ok(Self::new());
        }
        let layers = self.layers.iter().map(|layer| {
            layer
                .as_ref()
                .map(|layer| {
                    Ok(KeysValues {
                        keys: backend.rows(&layer.keys, 0, length)?,
                        values: backend.rows(&layer.values, 0, length)?,
                    })
                })
                .transpose()
        });
        Ok(Self {
            length,
            layers: layers.collect::<Result<_>>()?,
        })
    }
}

impl<B: Backend> Default for KeyValueCache<B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Backend> Transformer<B> {
    /// Brings the weights to the device.
    ///
    /// # Errors
    /// [`Error::BadModelFile`] names a tensor that is missing, has another shape, or has no place;
    /// [`Error::OutOfMemory`] where the device refuses the weights.
    pub fn load(backend: &B, config: Config, mut weights: Weights) -> Result<Self> {
        let weights = &mut weights;
        let expected: Vec<String> = weights.iter().map(|(name, _)| name.to_owned()).collect();
        let (d_model, d_vocab, d_out) = (config.d_model, config.d_vocab, config.d_vocab_out);
        let w_e = backend.upload(&weights.take("embed.W_E", &[d_vocab, d_model])?)?;
        let w_pos = match config.positions {
            Positions::Rotary { .. } => None,
            _ => {
                let w_pos = weights.take("pos_embed.W_pos", &[config.n_ctx, d_model])?;
                Some(backend.upload(&w_pos)?)
            }
        };
        let mut blocks = Vec::with_capacity(config.n_layers);
        for layer in 0..config.n_layers {
            let name = |part| format!("blocks.{layer}.{part}");
            let ln1 = NormLayer::load(backend, &config, weights, &name("ln1"))?;
            let attention = Attention::load(backend, &config, weights, layer)?;
            let ln2 = match config.has_mlp() {
                true => NormLayer::load(backend, &config, weights, &name("ln2"))?,
                false => None,
            };
            let mlp = Mlp::load(backend, &config, weights, layer)?;
            blocks.push(Block {
                ln1,
                attention,
                ln2,
                mlp,
            });
        }
        let ln_final = NormLayer::load(backend, &config, weights, "ln_final")?;
        let w_u = backend.upload(&weights.take("unembed.W_U", &[d_model, d_out])?)?;
        let b_u = backend.upload(&weights.take_bias("unembed.b_U", &[d_out])?)?;
        let left: Vec<&str> = weights.iter().map(|(name, _)| name).collect();
        let taken: Vec<&str> = expected
            .iter()
            .map(String::as_str)
            .filter(|name| !left.contains(name))
            .collect();
        weights.refuse_leftovers(&taken)?;
        Ok(Self {
            config,
            w_e,
            w_pos,
            blocks,
            ln_final,
            w_u,
            b_u,
        })
    }

    /// What this model is.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Records one run over `ids` and returns the logits `[pos, d_vocab_out]`.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::BadInput`] for no tokens or an id outside the vocabulary,
    /// [`Error::BadEdit`], or a failure of the device.
    pub fn forward(&self, backend: &B, ids: &[u32], hooks: &mut Hooks<B>) -> Result<B::Tensor> {
        self.forward_after(backend, ids, &mut KeyValueCache::new(), hooks)
    }

    /// As [`Transformer::forward`], for the positions behind those in `cache` only: logits, captures
    /// and the query axis of patterns start at position `cache.length()`. The cache grows to all of
    /// `ids`. Exact for causal attention: no position sees what comes after it.
    ///
    /// # Errors
    /// As [`Transformer::forward`].
    pub fn forward_after(
        &self,
        backend: &B,
        ids: &[u32],
        cache: &mut KeyValueCache<B>,
        hooks: &mut Hooks<B>,
    ) -> Result<B::Tensor> {
        self.check(ids)?;
        let first = cache.length;
        let new = ids.get(first..).filter(|new| !new.is_empty());
        let Some(new) = new.filter(|_| first == 0 || self.config.attend.causal) else {
            return Err(Error::Internal(
                "nothing to compute behind the cache".into(),
            ));
        };
        hooks.begin(first, ids.len());
        cache.layers.resize_with(self.blocks.len(), || None);

        let embedded = backend.embed(&self.w_e, new)?;
        let embedded = hooks.at(backend, HookPoint::global(Site::Embed), embedded)?;
        let positions = match &self.w_pos {
            None => None,
            Some(w_pos) => {
                let rows = backend.rows(w_pos, first, new.len())?;
                Some(hooks.at(backend, HookPoint::global(Site::PosEmbed), rows)?)
            }
        };
        let (mut resid, query_key_positions) = match (self.config.positions, positions) {
            (Positions::Standard, Some(rows)) => (backend.add(&embedded, &rows)?, None),
            (_, rows) => (embedded, rows),
        };
        let rotary = rotary_rows(backend, &self.config, first, new.len())?;
        for (layer, block) in self.blocks.iter().enumerate() {
            let run = BlockRun {
                layer,
                config: &self.config,
                query_key_positions: query_key_positions.as_ref(),
                rotary: rotary.as_ref(),
            };
            resid = block.forward(backend, &run, resid, &mut cache.layers[layer], hooks)?;
        }
        cache.length = ids.len();
        if let Some(ln_final) = &self.ln_final {
            let [scale, normalized] =
                [Site::LnFinalScale, Site::LnFinalNormalized].map(HookPoint::global);
            resid = ln_final.forward(backend, &resid, scale, normalized, hooks)?;
        }
        backend.linear(&resid, &self.w_u, Some(&self.b_u))
    }

    fn check(&self, ids: &[u32]) -> Result<()> {
        if ids.is_empty() {
            return Err(Error::BadInput("There are no tokens to run.".into()));
        }
        if ids.len() > self.config.n_ctx {
            return Err(Error::TooLong {
                tokens: ids.len(),
                n_ctx: self.config.n_ctx,
            });
        }
        match ids.iter().find(|&&id| id as usize >= self.config.d_vocab) {
            None => Ok(()),
            Some(id) => Err(Error::BadInput(format!(
                "There is no token {id}: the vocabulary has {} tokens.",
                self.config.d_vocab
            ))),
        }
    }
}

/// What a block needs to know of the run it is part of.
struct BlockRun<'r, B: Backend> {
    layer: usize,
    config: &'r Config,
    /// Added to the inputs of queries and keys, in shortformer models.
    query_key_positions: Option<&'r B::Tensor>,
    rotary: Option<&'r RotaryRows<B>>,
}

impl<B: Backend> Block<B> {
    fn forward(
        &self,
        backend: &B,
        run: &BlockRun<B>,
        resid: B::Tensor,
        memory: &mut Option<KeysValues<B>>,
        hooks: &mut Hooks<B>,
    ) -> Result<B::Tensor> {
        let point = |site| HookPoint::block(run.layer, site);
        let resid = hooks.at(backend, point(Site::ResidPre), resid)?;
        let normalized = match &self.ln1 {
            None => resid.clone(),
            Some(ln1) => {
                let (scale, normalized) = (point(Site::Ln1Scale), point(Site::Ln1Normalized));
                ln1.forward(backend, &resid, scale, normalized, hooks)?
            }
        };
        let input = AttentionInput {
            query_key: match run.query_key_positions {
                None => normalized.clone(),
                Some(rows) => backend.add(&normalized, rows)?,
            },
            value: normalized,
            rotary: run.rotary,
        };
        let attn_out = self
            .attention
            .forward(backend, run.config, &input, memory, hooks)?;
        let mut resid = backend.add(&resid, &attn_out)?;
        if let Some(mlp) = &self.mlp {
            resid = hooks.at(backend, point(Site::ResidMid), resid)?;
            let normalized = match &self.ln2 {
                None => resid.clone(),
                Some(ln2) => {
                    let (scale, normalized) = (point(Site::Ln2Scale), point(Site::Ln2Normalized));
                    ln2.forward(backend, &resid, scale, normalized, hooks)?
                }
            };
            let mlp_out = mlp.forward(backend, run.config, &normalized, hooks)?;
            resid = backend.add(&resid, &mlp_out)?;
        }
        hooks.at(backend, point(Site::ResidPost), resid)
    }
}
