use glasshouse_hooks::{HookPoint, Hooks, Site};
use glasshouse_tensor::{Backend, Result};

use crate::{Config, Weights};

/// The MLP of one block.
pub struct Mlp<B: Backend> {
    layer: usize,
    w_in: B::Tensor,
    b_in: B::Tensor,
    w_out: B::Tensor,
    b_out: B::Tensor,
}

impl<B: Backend> Mlp<B> {
    /// Takes `blocks.{layer}.mlp.*`; `None` where the model has attention only.
    pub fn load(
        backend: &B,
        config: &Config,
        weights: &mut Weights,
        layer: usize,
    ) -> Result<Option<Self>> {
        if !config.has_mlp() {
            return Ok(None);
        }
        let (d_model, d_mlp) = (config.d_model, config.d_mlp);
        let name = |part| format!("blocks.{layer}.mlp.{part}");
        Ok(Some(Self {
            layer,
            w_in: backend.upload(&weights.take(&name("W_in"), &[d_model, d_mlp])?)?,
            b_in: backend.upload(&weights.take_bias(&name("b_in"), &[d_mlp])?)?,
            w_out: backend.upload(&weights.take(&name("W_out"), &[d_mlp, d_model])?)?,
            b_out: backend.upload(&weights.take_bias(&name("b_out"), &[d_model])?)?,
        }))
    }

    /// `x [pos, d_model]` (normalised) → what the MLP writes, `[pos, d_model]`.
    pub fn forward(
        &self,
        backend: &B,
        config: &Config,
        x: &B::Tensor,
        hooks: &mut Hooks<B>,
    ) -> Result<B::Tensor> {
        let point = |site| HookPoint::block(self.layer, site);
        let pre = backend.linear(x, &self.w_in, Some(&self.b_in))?;
        let pre = hooks.at(backend, point(Site::MlpPre), pre)?; // [pos, d_mlp]
        let post = backend.activate(&pre, config.activation)?;
        let post = hooks.at(backend, point(Site::MlpPost), post)?; // [pos, d_mlp]
        let out = backend.linear(&post, &self.w_out, Some(&self.b_out))?;
        hooks.at(backend, point(Site::MlpOut), out)
    }
}
