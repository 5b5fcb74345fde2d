use glasshouse_hooks::{HookPoint, Hooks};
use glasshouse_tensor::{Backend, Norm, Result};

use crate::{Config, Normalization, Weights};

/// One normalisation with its weights on the device.
pub struct NormLayer<B: Backend> {
    kind: Normalization,
    norm: Norm,
    w: Option<B::Tensor>,
    b: Option<B::Tensor>,
}

impl<B: Backend> NormLayer<B> {
    /// Takes `{name}.w` and `{name}.b` as the config's kind has them; `None` where it has no
    /// normalisation.
    pub fn load(
        backend: &B,
        config: &Config,
        weights: &mut Weights,
        name: &str,
    ) -> Result<Option<Self>> {
        let Some(norm) = config.normalization.norm(config.eps) else {
            return Ok(None);
        };
        let kind = config.normalization;
        let shape = [config.d_model];
        let w = match kind {
            Normalization::LayerNorm | Normalization::Rms => {
                Some(backend.upload(&weights.take(&format!("{name}.w"), &shape)?)?)
            }
            _ => None,
        };
        let b = match kind {
            Normalization::LayerNorm => {
                Some(backend.upload(&weights.take_bias(&format!("{name}.b"), &shape)?)?)
            }
            _ => None,
        };
        Ok(Some(Self { kind, norm, w, b }))
    }

    /// Normalises the rows of `x` `[pos, d_model]`, in one step unless someone looks between.
    pub fn forward(
        &self,
        backend: &B,
        x: &B::Tensor,
        scale_point: HookPoint,
        normalized_point: HookPoint,
        hooks: &mut Hooks<B>,
    ) -> Result<B::Tensor> {
        let (w, b) = (self.w.as_ref(), self.b.as_ref());
        if !hooks.watches(scale_point) && !hooks.watches(normalized_point) {
            return backend.layer_norm(x, self.norm, w, b);
        }
        let scale = backend.norm_scale(x, self.norm)?;
        let scale = hooks.at(backend, scale_point, scale)?;
        // RMSNorm's hook sees the value before the weight, LayerNorm's after weight and bias.
        let weight_after_hook = self.kind == Normalization::Rms;
        let inside = if weight_after_hook { None } else { w };
        let normalized = backend.normalize(x, &scale, self.norm, inside, b)?;
        let normalized = hooks.at(backend, normalized_point, normalized)?;
        match w {
            Some(w) if weight_after_hook => backend.multiply(&normalized, w),
            _ => Ok(normalized),
        }
    }
}
