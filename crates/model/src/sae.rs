//! Sparse autoencoders, spliced into a transformer at the hook that they were trained on.
//!
//! A folder that SAELens saved, `cfg.json` → [`SaeConfig`] and its safetensors → [`Weights`], makes an
//! [`Sae`]. In a run it is an [`AttachedSae`].

mod config;
mod rescale;

use std::rc::Rc;

use glasshouse_hooks::{HookPoint, Hooks, SaeSite, Site, Splice, nearest};
use glasshouse_tensor::{Activation, Backend, Error, HostTensor, Result};

use crate::{Config, Weights};
pub use config::{ActivationNorm, Architecture, SaeConfig};
use rescale::{Rescale, TakenOut};

/// A sparse autoencoder with its weights on a device.
///
/// `features = activation((x − b_dec) · W_enc + b_enc)`, `reconstruction = features · W_dec + b_dec`,
/// as in SAELens 6; b_dec is subtracted where `apply_b_dec_to_input` says so.
pub struct Sae<B: Backend> {
    config: SaeConfig,
    point: HookPoint,
    rescale: Rescale<B>,
    minus_b_dec: Option<B::Tensor>,
    w_enc: B::Tensor,
    encoder: Encoder<B>,
    /// The length of each row of W_dec, where pre-activations are weighted by it.
    decoder_norms: Option<B::Tensor>,
    /// `[d_sae, d_in]`, its rows divided by `decoder_norms` where there are any.
    w_dec: B::Tensor,
    b_dec: B::Tensor,
}

/// What an architecture has beside its two matrices.
enum Encoder<B: Backend> {
    Relu {
        b_enc: B::Tensor,
    },
    TopK {
        b_enc: B::Tensor,
        k: usize,
    },
    JumpRelu {
        b_enc: B::Tensor,
        threshold: B::Tensor,
    },
    /// Gate and magnitude share W_enc: `x·W_enc + b_gate` and `(x·W_enc)·exp(r_mag) + b_mag`.
    Gated {
        b_gate: B::Tensor,
        exp_r_mag: B::Tensor,
        b_mag: B::Tensor,
        zeros: B::Tensor,
    },
}

impl<B: Backend> Sae<B> {
    /// Brings the weights to the device of the model that `model` describes.
    ///
    /// # Errors
    /// [`Error::DoesNotFit`] where that model has no such hook, or another width there;
    /// [`Error::BadModelFile`] names a tensor that is missing, has another shape, or has no place.
    pub fn load(
        backend: &B,
        model: &Config,
        config: SaeConfig,
        mut weights: Weights,
    ) -> Result<Self> {
        let point = fit(model, &config)?;
        let (d_in, d_sae) = (config.d_in, config.d_sae);
        // Older files hold the factors of a fine-tuning that did not take place.
        if let Ok(factor) = weights.take("scaling_factor", &[d_sae])
            && factor
                .data()
                .iter()
                .any(|factor| (factor - 1.0).abs() > 1e-5)
        {
            return Err(Error::BadModelFile(
                "The SAE was fine-tuned: it holds a \"scaling_factor\" that is not 1, which Glasshouse does not compute."
                    .into(),
            ));
        }
        let w_enc = weights.take("W_enc", &[d_in, d_sae])?;
        let mut w_dec = weights.take("W_dec", &[d_sae, d_in])?;
        let b_dec = weights.take("b_dec", &[d_in])?;
        let decoder_norms = match config.rescale_acts_by_decoder_norm {
            true => Some(backend.upload(&normalise_rows(&mut w_dec, d_in)?)?),
            false => None,
        };
        let minus_b_dec = match config.apply_b_dec_to_input {
            true => Some(backend.upload(&mapped(&b_dec, |b| -b)?)?),
            false => None,
        };
        let encoder = Encoder::load(backend, &config, &mut weights)?;
        weights.refuse_leftovers(&["W_enc", "W_dec", "b_enc", "b_dec", "threshold"])?;
        Ok(Self {
            rescale: Rescale::new(backend, config.normalize_activations, d_in)?,
            point,
            minus_b_dec,
            w_enc: backend.upload(&w_enc)?,
            encoder,
            decoder_norms,
            w_dec: backend.upload(&w_dec)?,
            b_dec: backend.upload(&b_dec)?,
            config,
        })
    }

    /// What this SAE is.
    pub fn config(&self) -> &SaeConfig {
        &self.config
    }

    /// Where it sits.
    pub fn point(&self) -> HookPoint {
        self.point
    }

    /// Features of `x` `[pos, d_in]`, `[pos, d_sae]`, and what was taken out of `x` before.
    fn encode(
        &self,
        backend: &B,
        x: B::Tensor,
        at: &mut dyn FnMut(SaeSite, B::Tensor) -> Result<B::Tensor>,
    ) -> Result<(B::Tensor, TakenOut<B>)> {
        let x = at(SaeSite::Input, x)?;
        let (mut x, taken) = self.rescale.take_out(backend, x)?;
        if let Some(minus_b_dec) = &self.minus_b_dec {
            x = backend.add(&x, minus_b_dec)?;
        }
        let relu = |x: &B::Tensor| backend.activate(x, Activation::Relu);
        let mut pre = |b_enc| {
            let pre = at(
                SaeSite::ActsPre,
                backend.linear(&x, &self.w_enc, Some(b_enc))?,
            )?;
            match &self.decoder_norms {
                None => Ok(pre),
                Some(norms) => backend.multiply(&pre, norms),
            }
        };
        let features = match &self.encoder {
            Encoder::Relu { b_enc } => relu(&pre(b_enc)?)?,
            Encoder::TopK { b_enc, k } => {
                // An index is never negative, so only the numbers are rectified.
                let top = relu(&backend.top_k(&pre(b_enc)?, *k)?)?;
                backend.scatter(&top, self.config.d_sae)?
            }
            Encoder::JumpRelu { b_enc, threshold } => {
                let pre = pre(b_enc)?;
                backend.gate(&relu(&pre)?, &pre, threshold)?
            }
            Encoder::Gated {
                b_gate,
                exp_r_mag,
                b_mag,
                zeros,
            } => {
                let shared = backend.linear(&x, &self.w_enc, None)?;
                let gate = backend.add(&shared, b_gate)?;
                let magnitude = backend.add(&backend.multiply(&shared, exp_r_mag)?, b_mag)?;
                let magnitude = at(SaeSite::ActsPre, magnitude)?;
                backend.gate(&relu(&magnitude)?, &gate, zeros)?
            }
        };
        Ok((at(SaeSite::ActsPost, features)?, taken))
    }

    /// What `features` `[pos, d_sae]` stand for, `[pos, d_in]`.
    fn decode(
        &self,
        backend: &B,
        features: &B::Tensor,
        taken: &TakenOut<B>,
        at: &mut dyn FnMut(SaeSite, B::Tensor) -> Result<B::Tensor>,
    ) -> Result<B::Tensor> {
        let recons = backend.linear(features, &self.w_dec, Some(&self.b_dec))?;
        self.rescale
            .put_back(backend, at(SaeSite::Recons, recons)?, taken)
    }
}

impl<B: Backend> Encoder<B> {
    fn load(backend: &B, config: &SaeConfig, weights: &mut Weights) -> Result<Self> {
        let shape = [config.d_sae];
        let mut take = |name: &str| backend.upload(&weights.take(name, &shape)?);
        match config.architecture {
            Architecture::Standard => Ok(Self::Relu {
                b_enc: take("b_enc")?,
            }),
            Architecture::TopK { k } => Ok(Self::TopK {
                b_enc: take("b_enc")?,
                k,
            }),
            Architecture::JumpRelu => Ok(Self::JumpRelu {
                b_enc: take("b_enc")?,
                // One number for all features while BatchTopK is being trained.
                threshold: match weights.take("topk_threshold", &[]) {
                    Ok(one) => {
                        let all = vec![one.data()[0]; config.d_sae];
                        backend.upload(&HostTensor::new(shape, all)?)?
                    }
                    Err(_) => backend.upload(&weights.take("threshold", &shape)?)?,
                },
            }),
            Architecture::Gated => Ok(Self::Gated {
                b_gate: take("b_gate")?,
                b_mag: take("b_mag")?,
                exp_r_mag: {
                    let exp = |r: f32| libm::exp(f64::from(r)) as f32;
                    backend.upload(&mapped(&weights.take("r_mag", &shape)?, exp)?)?
                },
                zeros: backend.upload(&HostTensor::zeros(shape))?,
            }),
        }
    }
}

/// An SAE as one run uses it.
pub struct AttachedSae<B: Backend> {
    /// The SAE; what it is and where it sits do not change.
    pub sae: Rc<Sae<B>>,
    /// Whether what its reconstruction misses is added to it, so that splicing alone changes nothing.
    pub error_term: bool,
}

impl<B: Backend> Clone for AttachedSae<B> {
    fn clone(&self) -> Self {
        Self {
            sae: Rc::clone(&self.sae),
            error_term: self.error_term,
        }
    }
}

/// The same SAE in memory, used in the same way.
impl<B: Backend> PartialEq for AttachedSae<B> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.sae, &other.sae) && self.error_term == other.error_term
    }
}

impl<B: Backend> Splice<B> for AttachedSae<B> {
    fn point(&self) -> HookPoint {
        self.sae.point
    }

    fn pass(&self, backend: &B, x: B::Tensor, hooks: &mut Hooks<'_, B>) -> Result<B::Tensor> {
        use SaeSite::{ActsPost, ActsPre, Error, Input, Output, Recons};
        let sae = &*self.sae;
        let here = |site: SaeSite| sae.point.in_sae(site);
        // An error term makes up for the whole reconstruction: where nobody edits, what came in goes
        // on, and what nobody looks at need not be computed.
        let edited = [Input, ActsPre, ActsPost, Recons]
            .map(|site| hooks.edits(here(site)))
            .contains(&true);
        let watched = |sites: &[SaeSite]| sites.iter().any(|&site| hooks.watches(here(site)));
        let decodes = edited || !self.error_term || watched(&[Recons, Error, Output]);
        if !decodes && !watched(&[Input, ActsPre, ActsPost]) {
            return Ok(x);
        }
        let shape = backend.shape(&x).to_vec();
        let flat = backend.reshape(&x, &[shape[0], sae.config.d_in])?;
        let mut at = |site, tensor| hooks.at(backend, here(site), tensor);
        let (features, taken) = sae.encode(backend, flat.clone(), &mut at)?;
        if !decodes {
            return Ok(x);
        }
        let recons = sae.decode(backend, &features, &taken, &mut at)?;
        let mut out = backend.reshape(&recons, &shape)?;
        if self.error_term {
            // Of the reconstruction that nobody edited, or the error would undo the edits.
            let clean = match edited {
                false => out.clone(),
                true => {
                    let mut nobody = |_, tensor| Ok(tensor);
                    let (features, taken) = sae.encode(backend, flat, &mut nobody)?;
                    let clean = sae.decode(backend, &features, &taken, &mut nobody)?;
                    backend.reshape(&clean, &shape)?
                }
            };
            let error = sae.rescale.difference(backend, &x, &clean)?;
            out = backend.add(&out, &hooks.at(backend, here(Error), error)?)?;
        }
        hooks.at(backend, here(Output), out)
    }
}

/// The hook that the SAE names, in a model that has it and is as wide there.
fn fit(model: &Config, sae: &SaeConfig) -> Result<HookPoint> {
    let points = model.hook_points();
    let name = &sae.hook_name;
    let Some(point) = points
        .iter()
        .copied()
        .find(|point| point.to_string() == *name)
    else {
        let names: Vec<String> = points.iter().map(HookPoint::to_string).collect();
        return Err(Error::DoesNotFit(format!(
            "The SAE sits at \"{}\", a hook that this model does not have; the nearest one is \"{}\".",
            crate::field::shown(name),
            nearest(name, &names).unwrap_or_default(),
        )));
    };
    let Some(width) = width(model, point.site()) else {
        return Err(Error::DoesNotFit(format!(
            "The SAE sits at {point}, which has no vector for each position to encode."
        )));
    };
    match width == sae.d_in {
        true => Ok(point),
        false => Err(Error::DoesNotFit(format!(
            "The SAE reads {} numbers at {point}, where this model has {width}.",
            sae.d_in
        ))),
    }
}

/// Numbers per position at a site, heads side by side; `None` where an axis is not the position.
fn width(model: &Config, site: Site) -> Option<usize> {
    Some(match site {
        Site::AttnScores | Site::Pattern => return None,
        Site::Ln1Scale | Site::Ln2Scale | Site::LnFinalScale => 1,
        Site::Q | Site::K | Site::V | Site::RotQ | Site::RotK | Site::Z => {
            model.n_heads * model.d_head
        }
        Site::Result => model.n_heads * model.d_model,
        Site::MlpPre | Site::MlpPost => model.d_mlp,
        _ => model.d_model,
    })
}

/// Divides every row by its length, at least 10⁻⁸ as in SAELens, and returns the lengths.
fn normalise_rows(w_dec: &mut HostTensor, d_in: usize) -> Result<HostTensor> {
    let mut norms = Vec::new();
    for row in w_dec.data_mut().chunks_exact_mut(d_in) {
        let square: f64 = row.iter().map(|&w| f64::from(w) * f64::from(w)).sum();
        let norm = square.sqrt().max(1e-8);
        row.iter_mut()
            .for_each(|w| *w = (f64::from(*w) / norm) as f32);
        norms.push(norm as f32);
    }
    HostTensor::new([norms.len()], norms)
}

fn mapped(tensor: &HostTensor, image: impl Fn(f32) -> f32) -> Result<HostTensor> {
    HostTensor::new(
        tensor.shape(),
        tensor.data().iter().map(|&x| image(x)).collect(),
    )
}
