//! Sparse autoencoders beside a session's model. Loading one changes no run: a run uses those that it
//! names, so that several users of a session do not disturb each other.

use std::rc::Rc;

use glasshouse_hooks::{Edit, HookPoint, SaeSite};
use glasshouse_model::{AttachedSae, Look, RunOutput, Sae, SaeConfig, Weights};
use glasshouse_tensor::{Backend, Error, Result};
use serde::Serialize;

use crate::placed::{Bench, Placed};
use crate::request::WireSae;
use crate::session::Session;

/// The files of an SAE's folder.
#[derive(Debug, Default)]
pub struct SaeFiles {
    /// `cfg.json`
    pub config: String,
    /// `sae_weights.safetensors`
    pub weights: Vec<u8>,
}

/// An SAE as the page gets to know it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SaeDescription {
    /// By which runs name it.
    pub sae: u32,
    /// The hook that it sits at.
    pub hook: String,
    /// Its own hooks, in firing order; the error fires only in runs with the error term.
    pub hooks: Vec<String>,
    /// SAELens's name of what it computes.
    pub architecture: &'static str,
    /// Width of what it reads.
    pub d_in: usize,
    /// How many features it has.
    pub d_sae: usize,
}

/// What a session keeps of an SAE: enough to load it again on the CPU.
struct Kept {
    number: u32,
    point: HookPoint,
    files: SaeFiles,
}

/// All SAEs of a session.
#[derive(Default)]
pub(crate) struct Shelf {
    last: u32,
    kept: Vec<Kept>,
}

impl SaeFiles {
    fn parse(&self) -> Result<(SaeConfig, Weights)> {
        let weights = Weights::parse("The weights file of the SAE", &self.weights)?;
        Ok((SaeConfig::parse(&self.config)?, weights))
    }
}

impl Shelf {
    /// The hooks that a run has: the model's, `model`, and behind each those of the SAE that sits there.
    ///
    /// # Errors
    /// [`Error::BadInput`] where `used` names an SAE that is not there, or two at one hook.
    pub(crate) fn hooks(&self, model: &[HookPoint], used: &[WireSae]) -> Result<Vec<HookPoint>> {
        let mut hooks = model.to_vec();
        for used in used {
            let kept = self.kept.iter().find(|kept| kept.number == used.sae);
            let Some(Kept { point, .. }) = kept else {
                return Err(Error::BadInput(format!("There is no SAE {}.", used.sae)));
            };
            if hooks.contains(&point.in_sae(SaeSite::Input)) {
                return Err(Error::BadInput(format!(
                    "Two SAEs cannot both sit at {point}."
                )));
            }
            let below = hooks.iter().position(|hook| hook == point);
            let behind = below.map_or(hooks.len(), |below| below + 1);
            let sites = SaeSite::ALL.into_iter();
            let fires = sites.filter(|&site| site != SaeSite::Error || used.error_term);
            hooks.splice(behind..behind, fires.map(|site| point.in_sae(site)));
        }
        Ok(hooks)
    }
}

impl Session {
    /// Reads an SAE and brings it to the session's device.
    ///
    /// # Errors
    /// [`Error::BadModelFile`]; [`Error::DoesNotFit`] where it was made for another model.
    pub async fn attach_sae(&self, files: SaeFiles) -> Result<SaeDescription> {
        let (config, weights) = files.parse()?;
        let (d_in, d_sae) = (config.d_in, config.d_sae);
        let architecture = config.architecture.name();
        let number = {
            let mut shelf = self.shelf.borrow_mut();
            shelf.last += 1;
            shelf.last
        };
        let point = self
            .attempt(async |placed| placed.attach(number, config.clone(), weights.clone()).await)
            .await?;
        self.shelf.borrow_mut().kept.push(Kept {
            number,
            point,
            files,
        });
        let hooks = SaeSite::ALL.map(|site| point.in_sae(site).to_string());
        Ok(SaeDescription {
            sae: number,
            hook: point.to_string(),
            hooks: hooks.into(),
            architecture,
            d_in,
            d_sae,
        })
    }

    /// Frees an SAE; nothing happens where it is not there.
    ///
    /// # Errors
    /// As any use of a session that is in the middle of a run.
    pub async fn detach_sae(&self, number: u32) -> Result<()> {
        self.shelf
            .borrow_mut()
            .kept
            .retain(|kept| kept.number != number);
        self.attempt(async |placed| {
            placed.detach(number);
            Ok(())
        })
        .await
    }

    /// Loads all SAEs again, for a model that has moved to another device.
    pub(crate) async fn attach_again(&self, placed: &mut Placed) -> Result<()> {
        let parsed = {
            let shelf = self.shelf.borrow();
            let all = shelf
                .kept
                .iter()
                .map(|kept| Ok((kept.number, kept.files.parse()?)));
            all.collect::<Result<Vec<_>>>()?
        };
        for (number, (config, weights)) in parsed {
            placed.attach(number, config, weights).await?;
        }
        Ok(())
    }
}

impl<B: Backend> Bench<B> {
    async fn attach(
        &mut self,
        number: u32,
        config: SaeConfig,
        weights: Weights,
    ) -> Result<HookPoint> {
        let (backend, model) = (self.runner.backend(), self.runner.config());
        let sae = Rc::new(Sae::load(backend, model, config, weights)?);
        backend.read(&[]).await?; // a device refuses an upload only once it is waited for
        let point = sae.point();
        self.saes.push((number, sae));
        Ok(point)
    }

    fn detach(&mut self, number: u32) {
        self.saes.retain(|(kept, _)| *kept != number);
        self.runner.forget(); // its memories hold on to what they used
    }

    async fn look(
        &mut self,
        ids: &[u32],
        wanted: &[HookPoint],
        top: &[(HookPoint, usize)],
        edits: &[Edit],
        used: &[WireSae],
    ) -> Result<Rc<RunOutput>> {
        let saes = used.iter().map(|used| {
            let sae = self.saes.iter().find(|(number, _)| *number == used.sae);
            let (_, sae) =
                sae.ok_or_else(|| Error::Internal(format!("SAE {} is gone", used.sae)))?;
            Ok(AttachedSae {
                sae: Rc::clone(sae),
                error_term: used.error_term,
            })
        });
        let look = Look {
            wanted: wanted.to_vec(),
            top: top.to_vec(),
            edits: edits.to_vec(),
            saes: saes.collect::<Result<_>>()?,
        };
        self.runner.look(ids, look).await
    }
}

impl Placed {
    async fn attach(
        &mut self,
        number: u32,
        config: SaeConfig,
        weights: Weights,
    ) -> Result<HookPoint> {
        match self {
            Placed::Cpu(bench) => bench.attach(number, config, weights).await,
            Placed::Gpu(bench) => bench.attach(number, config, weights).await,
        }
    }

    fn detach(&mut self, number: u32) {
        match self {
            Placed::Cpu(bench) => bench.detach(number),
            Placed::Gpu(bench) => bench.detach(number),
        }
    }

    pub(crate) async fn look(
        &mut self,
        ids: &[u32],
        wanted: &[HookPoint],
        top: &[(HookPoint, usize)],
        edits: &[Edit],
        used: &[WireSae],
    ) -> Result<Rc<RunOutput>> {
        match self {
            Placed::Cpu(bench) => bench.look(ids, wanted, top, edits, used).await,
            Placed::Gpu(bench) => bench.look(ids, wanted, top, edits, used).await,
        }
    }
}
