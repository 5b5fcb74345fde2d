//! Which backend computes, and the proof that it computes what it should.

use serde::Serialize;

/// Largest difference allowed where nothing else is said: relative to the largest magnitude of the
/// tensor, as everywhere in this project.
pub const TOLERANCE: f64 = 1e-4;

/// Which backend the page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// WebGPU where it works and passes the self-check, else the CPU.
    Auto,
    /// WebGPU or an error.
    WebGpu,
    /// The CPU.
    Cpu,
}

/// Which backend computes, and whether it has proved itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendReport {
    /// `webgpu` or `cpu`.
    pub kind: &'static str,
    /// The graphics adapter's name; what the CPU path is, otherwise.
    pub adapter: String,
    /// The self-check of this backend on this machine.
    pub self_check: SelfCheck,
}

/// What the self-check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelfCheck {
    /// Whether the largest difference is within the tolerance.
    pub ok: bool,
    /// Largest difference over all that was compared, each relative to the largest magnitude.
    pub max_abs_diff: f64,
    /// What was allowed.
    pub tolerance: f64,
    /// What was compared with what, or why the CPU took over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
