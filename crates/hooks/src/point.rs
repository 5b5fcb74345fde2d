use std::fmt;

/// What an axis of a hooked tensor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Positions; selected by `positions`.
    Position,
    /// Attention heads; selected by `heads`.
    Head,
    /// The last axis: coordinates, neurons, latents or, in an attention pattern, keys; selected by `features`.
    Feature,
}

/// A place inside a block, or outside of all blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // each is documented by its TransformerLens name in `Site::TABLE`
pub enum Site {
    Embed,
    PosEmbed,
    ResidPre,
    Ln1Scale,
    Ln1Normalized,
    Q,
    K,
    V,
    RotQ,
    RotK,
    AttnScores,
    Pattern,
    Z,
    Result,
    AttnOut,
    ResidMid,
    Ln2Scale,
    Ln2Normalized,
    MlpPre,
    MlpPost,
    MlpOut,
    ResidPost,
    LnFinalScale,
    LnFinalNormalized,
}

/// `[pos, head, …]`
const BY_HEAD: &[Axis] = &[Axis::Position, Axis::Head, Axis::Feature];
/// `[head, query, key]`
const BY_QUERY: &[Axis] = &[Axis::Head, Axis::Position, Axis::Feature];
/// `[pos, …]`
const BY_POSITION: &[Axis] = &[Axis::Position, Axis::Feature];

impl Site {
    /// Every site in firing order: its name (below `blocks.{l}.` where the flag is true) and its axes.
    const TABLE: [(Site, &'static str, bool, &'static [Axis]); 24] = [
        (Site::Embed, "hook_embed", false, BY_POSITION),
        (Site::PosEmbed, "hook_pos_embed", false, BY_POSITION),
        (Site::ResidPre, "hook_resid_pre", true, BY_POSITION),
        (Site::Ln1Scale, "ln1.hook_scale", true, BY_POSITION),
        (
            Site::Ln1Normalized,
            "ln1.hook_normalized",
            true,
            BY_POSITION,
        ),
        (Site::Q, "attn.hook_q", true, BY_HEAD),
        (Site::K, "attn.hook_k", true, BY_HEAD),
        (Site::V, "attn.hook_v", true, BY_HEAD),
        (Site::RotQ, "attn.hook_rot_q", true, BY_HEAD),
        (Site::RotK, "attn.hook_rot_k", true, BY_HEAD),
        (Site::AttnScores, "attn.hook_attn_scores", true, BY_QUERY),
        (Site::Pattern, "attn.hook_pattern", true, BY_QUERY),
        (Site::Z, "attn.hook_z", true, BY_HEAD),
        (Site::Result, "attn.hook_result", true, BY_HEAD),
        (Site::AttnOut, "hook_attn_out", true, BY_POSITION),
        (Site::ResidMid, "hook_resid_mid", true, BY_POSITION),
        (Site::Ln2Scale, "ln2.hook_scale", true, BY_POSITION),
        (
            Site::Ln2Normalized,
            "ln2.hook_normalized",
            true,
            BY_POSITION,
        ),
        (Site::MlpPre, "mlp.hook_pre", true, BY_POSITION),
        (Site::MlpPost, "mlp.hook_post", true, BY_POSITION),
        (Site::MlpOut, "hook_mlp_out", true, BY_POSITION),
        (Site::ResidPost, "hook_resid_post", true, BY_POSITION),
        (
            Site::LnFinalScale,
            "ln_final.hook_scale",
            false,
            BY_POSITION,
        ),
        (
            Site::LnFinalNormalized,
            "ln_final.hook_normalized",
            false,
            BY_POSITION,
        ),
    ];

    fn row(self) -> &'static (Site, &'static str, bool, &'static [Axis]) {
        &Self::TABLE[self as usize]
    }

    /// The name below the block prefix, e.g. `attn.hook_z`.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Whether the site exists once per block.
    pub fn in_block(self) -> bool {
        self.row().2
    }

    /// What the axes of the tensor count, in order.
    pub fn axes(self) -> &'static [Axis] {
        self.row().3
    }
}

/// A place inside a sparse autoencoder that is spliced in at a hook, named as SAELens names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SaeSite {
    /// `hook_sae_input`: what it reads, heads side by side, `[pos, d_in]`.
    Input,
    /// `hook_sae_acts_pre`: before the activation function (gated: the magnitudes), `[pos, d_sae]`.
    ActsPre,
    /// `hook_sae_acts_post`: the features, `[pos, d_sae]`.
    ActsPost,
    /// `hook_sae_recons`: what they decode to, `[pos, d_in]`.
    Recons,
    /// `hook_sae_error`: what the unedited reconstruction misses, in the shape of the hook it sits at.
    Error,
    /// `hook_sae_output`: what goes on through the model, in the shape of the hook it sits at.
    Output,
}

impl SaeSite {
    /// In firing order.
    pub const ALL: [SaeSite; 6] = [
        SaeSite::Input,
        SaeSite::ActsPre,
        SaeSite::ActsPost,
        SaeSite::Recons,
        SaeSite::Error,
        SaeSite::Output,
    ];

    /// The name behind that of the hook that the autoencoder sits at.
    pub fn name(self) -> &'static str {
        match self {
            SaeSite::Input => "hook_sae_input",
            SaeSite::ActsPre => "hook_sae_acts_pre",
            SaeSite::ActsPost => "hook_sae_acts_post",
            SaeSite::Recons => "hook_sae_recons",
            SaeSite::Error => "hook_sae_error",
            SaeSite::Output => "hook_sae_output",
        }
    }
}

/// A place in a model. `Display` writes the TransformerLens name, [`HookPoint::parse`] reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HookPoint {
    layer: Option<usize>,
    site: Site,
    sae: Option<SaeSite>,
}

impl HookPoint {
    /// A site outside of the blocks, e.g. `hook_embed`.
    pub fn global(site: Site) -> Self {
        debug_assert!(!site.in_block());
        Self {
            layer: None,
            site,
            sae: None,
        }
    }

    /// A site inside block `layer`.
    pub fn block(layer: usize, site: Site) -> Self {
        debug_assert!(site.in_block());
        Self {
            layer: Some(layer),
            site,
            sae: None,
        }
    }

    /// A place inside the sparse autoencoder that is spliced in at this point.
    pub fn in_sae(self, site: SaeSite) -> Self {
        Self {
            sae: Some(site),
            ..self
        }
    }

    /// Which block, or `None` outside of the blocks.
    pub fn layer(self) -> Option<usize> {
        self.layer
    }

    /// Which site; of a point inside a sparse autoencoder, the one that it sits at.
    pub fn site(self) -> Site {
        self.site
    }

    /// What the axes of the tensor count, in order.
    pub fn axes(self) -> &'static [Axis] {
        match self.sae {
            None | Some(SaeSite::Error | SaeSite::Output) => self.site.axes(),
            Some(_) => BY_POSITION,
        }
    }

    /// Reads a TransformerLens name; `None` where there is no such name in any model.
    ///
    /// ```
    /// use glasshouse_hooks::{HookPoint, SaeSite, Site};
    /// let point = HookPoint::parse("blocks.3.attn.hook_pattern").unwrap();
    /// assert_eq!(point, HookPoint::block(3, Site::Pattern));
    /// assert_eq!(point.to_string(), "blocks.3.attn.hook_pattern");
    /// assert!(HookPoint::parse("blocks.3.attn.hook_patern").is_none());
    /// assert!(HookPoint::parse("blocks.03.attn.hook_pattern").is_none());
    /// let features = HookPoint::parse("blocks.0.mlp.hook_post.hook_sae_acts_post").unwrap();
    /// assert_eq!(features, HookPoint::block(0, Site::MlpPost).in_sae(SaeSite::ActsPost));
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((at, inside)) = name.rsplit_once('.')
            && let Some(site) = SaeSite::ALL.into_iter().find(|site| site.name() == inside)
        {
            return Self::parse(at)
                .filter(|at| at.sae.is_none())
                .map(|at| at.in_sae(site));
        }
        let (layer, rest) = match name.strip_prefix("blocks.") {
            Some(below) => {
                let (number, rest) = below.split_once('.')?;
                let layer: usize = number.parse().ok()?;
                if layer.to_string() != number {
                    return None;
                }
                (Some(layer), rest)
            }
            None => (None, name),
        };
        let row = Site::TABLE.iter().find(|row| row.1 == rest)?;
        (row.2 == layer.is_some()).then_some(Self {
            layer,
            site: row.0,
            sae: None,
        })
    }
}

impl fmt::Display for HookPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.layer {
            Some(layer) => write!(f, "blocks.{layer}.{}", self.site.name())?,
            None => f.write_str(self.site.name())?,
        }
        match self.sae {
            Some(site) => write!(f, ".{}", site.name()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, row) in Site::TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, index, "{}", row.1);
        }
    }

    #[test]
    fn every_name_reads_back() {
        for &(site, _, in_block, _) in &Site::TABLE {
            let point = match in_block {
                true => HookPoint::block(12, site),
                false => HookPoint::global(site),
            };
            assert_eq!(HookPoint::parse(&point.to_string()), Some(point));
            for inside in SaeSite::ALL.map(|site| point.in_sae(site)) {
                assert_eq!(HookPoint::parse(&inside.to_string()), Some(inside));
            }
        }
    }
}
