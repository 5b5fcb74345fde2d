use std::future::Future;

use crate::{HostTensor, Result};

/// Which engine computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendKind {
    /// WGSL kernels on WebGPU (in the browser) or Vulkan and Metal (natively).
    WebGpu,
    /// candle-core and our packed SIMD kernels.
    Cpu,
}

impl BackendKind {
    /// The word that the JavaScript API uses.
    pub fn name(self) -> &'static str {
        match self {
            BackendKind::WebGpu => "webgpu",
            BackendKind::Cpu => "cpu",
        }
    }
}

/// The non-linearity of an MLP, named as TransformerLens's `act_fn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// max(x, 0)
    Relu,
    /// x·Φ(x) with the exact Gaussian distribution function: `0.5·x·(1 + erf(x/√2))`
    Gelu,
    /// GPT-2's approximation: `0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`
    GeluNew,
    /// `x / (1 + exp(−x))`
    Silu,
}

/// How a row is normalised before weight and bias.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norm {
    /// Subtract the row's mean first (LayerNorm); RMSNorm does not.
    pub centre: bool,
    /// Added to the mean square under the root.
    pub eps: f32,
}

/// How queries meet keys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attend {
    /// Factor on the dot product: 1/√d_head, or 1 where `use_attn_scale` is false.
    pub scale: f32,
    /// Mask keys after the query with −∞. With fewer queries than keys, the queries are the last
    /// positions: query `i` stands at position `keys − queries + i`.
    pub causal: bool,
}

/// How rotary embeddings pair the coordinates of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// How many leading coordinates of each head rotate; the others pass through.
    pub rotary_dim: usize,
    /// Pair coordinates (0,1), (2,3), … as GPT-J does; otherwise (i, i + rotary_dim/2).
    pub adjacent_pairs: bool,
}

/// One element-wise edit of a tensor seen as three axes `[a, b, c]`: where all three axes are
/// selected, `x ← keep·x + gain·value`; `keep` 0 drops x even where it is infinite or NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectedAffine {
    /// The three axes; their product is the tensor's size.
    pub axes: [usize; 3],
    /// For every index of every axis its rank among the selected ones, or −1 where not selected.
    pub rank: [Vec<i32>; 3],
    /// Factor on what is there.
    pub keep: f32,
    /// Factor on `value`.
    pub gain: f32,
    /// What is added: each axis as long as the selection on it, or 1 to repeat.
    pub value: HostTensor,
}

/// Most entries of a row that [`Backend::top_k`] finds: what a workgroup of a graphics card can sort
/// in its own memory.
pub const MOST_TOP: usize = 1024;

/// Every operation that the models are written in.
///
/// One operation is one method here, one `.wgsl` file, one CPU function and one twin test, all with
/// the same name. Operations record; only [`Backend::read`] waits. Shapes are in the order of
/// TransformerLens without the batch axis; all tensors are `f32`, row-major and contiguous.
///
/// Every method fails with [`crate::Error::Internal`] where shapes do not fit, and with
/// [`crate::Error::OutOfMemory`] or [`crate::Error::DeviceLost`] where the device refuses.
pub trait Backend: Clone + 'static {
    /// A cheap handle; cloning does not copy numbers.
    type Tensor: Clone + 'static;

    /// Which engine this is.
    fn kind(&self) -> BackendKind;

    /// Length of every axis of `x`.
    fn shape<'t>(&self, x: &'t Self::Tensor) -> &'t [usize];

    /// Brings numbers to the device.
    fn upload(&self, host: &HostTensor) -> Result<Self::Tensor>;

    /// The same numbers under another shape of equal size; no copy.
    fn reshape(&self, x: &Self::Tensor, shape: &[usize]) -> Result<Self::Tensor>;

    /// Rows of `table` `[rows, width]` chosen by `ids` → `[ids, width]`.
    fn embed(&self, table: &Self::Tensor, ids: &[u32]) -> Result<Self::Tensor>;

    /// `count` entries of the first axis from `start` on: `[n, …]` → `[count, …]`.
    fn rows(&self, x: &Self::Tensor, start: usize, count: usize) -> Result<Self::Tensor>;

    /// `[n, …]` and `[m, …]` → `[n + m, …]`.
    fn append_rows(&self, x: &Self::Tensor, more: &Self::Tensor) -> Result<Self::Tensor>;

    /// `x + y`; `y` has `x`'s shape, or a suffix of it and is then repeated over the leading axes.
    fn add(&self, x: &Self::Tensor, y: &Self::Tensor) -> Result<Self::Tensor>;

    /// `x · y`, element by element; `y` as in [`Backend::add`].
    fn multiply(&self, x: &Self::Tensor, y: &Self::Tensor) -> Result<Self::Tensor>;

    /// `x [pos, d_in] · w [d_in, d_out] + b [d_out]` → `[pos, d_out]`.
    fn linear(
        &self,
        x: &Self::Tensor,
        w: &Self::Tensor,
        b: Option<&Self::Tensor>,
    ) -> Result<Self::Tensor>;

    /// The whole normalisation of the rows of `x` `[pos, d]`: [`Backend::norm_scale`] and
    /// [`Backend::normalize`] in one, for when nobody looks between them.
    fn layer_norm(
        &self,
        x: &Self::Tensor,
        norm: Norm,
        w: Option<&Self::Tensor>,
        b: Option<&Self::Tensor>,
    ) -> Result<Self::Tensor>;

    /// `√(mean(x²) + eps)` of every row, after centring where `norm` says so → `[pos, 1]`.
    fn norm_scale(&self, x: &Self::Tensor, norm: Norm) -> Result<Self::Tensor>;

    /// `(x − mean) / scale · w + b` with `scale` `[pos, 1]`; no mean unless `norm` centres.
    fn normalize(
        &self,
        x: &Self::Tensor,
        scale: &Self::Tensor,
        norm: Norm,
        w: Option<&Self::Tensor>,
        b: Option<&Self::Tensor>,
    ) -> Result<Self::Tensor>;

    /// The non-linearity, element by element.
    fn activate(&self, x: &Self::Tensor, activation: Activation) -> Result<Self::Tensor>;

    /// `x` where `by` is above the threshold, else 0; `by` has `x`'s shape, `threshold` that shape or
    /// a suffix of it, repeated over the leading axes. NaN is above nothing.
    fn gate(
        &self,
        x: &Self::Tensor,
        by: &Self::Tensor,
        threshold: &Self::Tensor,
    ) -> Result<Self::Tensor>;

    /// The `k` largest numbers of every row of `x` `[pos, width]`, largest first → `[pos, 2, k]`:
    /// the numbers, and behind them their indices as whole numbers. Of equal numbers, −0 and 0 among
    /// them, the one with the lower index comes first; NaN counts as the smallest. `k` is at least 1
    /// and at most `width` and [`MOST_TOP`]; `width` at most 2²⁴, so that every index is exact.
    fn top_k(&self, x: &Self::Tensor, k: usize) -> Result<Self::Tensor>;

    /// The inverse of [`Backend::top_k`]: rows of zeros, `width` long, with each number of `top`
    /// `[pos, 2, k]` at its index → `[pos, width]`.
    fn scatter(&self, top: &Self::Tensor, width: usize) -> Result<Self::Tensor>;

    /// Rotary embedding of `x` `[pos, head, d_head]`; `cos` and `sin` are `[pos, rotary_dim]`:
    /// `x·cos + rotate(x)·sin`, where `rotate` maps a pair (u, v) to (−v, u).
    fn rotate(
        &self,
        x: &Self::Tensor,
        cos: &Self::Tensor,
        sin: &Self::Tensor,
        rotation: Rotation,
    ) -> Result<Self::Tensor>;

    /// `q [query, head, d_head]`, `k [key, head, d_head]` → scores `[head, query, key]`, scaled,
    /// masked with −∞.
    fn attention_scores(
        &self,
        q: &Self::Tensor,
        k: &Self::Tensor,
        attend: Attend,
    ) -> Result<Self::Tensor>;

    /// Softmax over the last axis; a row of −∞ only, or with NaN or +∞ in it, becomes zeros.
    fn softmax(&self, scores: &Self::Tensor) -> Result<Self::Tensor>;

    /// `pattern [head, query, key]`, `v [key, head, d_head]` → `z [query, head, d_head]`.
    fn mix_values(&self, pattern: &Self::Tensor, v: &Self::Tensor) -> Result<Self::Tensor>;

    /// Scores, softmax and mixing in one, for when nobody looks between them.
    fn attention(
        &self,
        q: &Self::Tensor,
        k: &Self::Tensor,
        v: &Self::Tensor,
        attend: Attend,
    ) -> Result<Self::Tensor>;

    /// What each head writes: `z [pos, head, d_head] · w_o [head, d_head, d_model]` →
    /// `[pos, head, d_model]`.
    fn head_results(&self, z: &Self::Tensor, w_o: &Self::Tensor) -> Result<Self::Tensor>;

    /// Sum over heads and bias: `[pos, head, d_model]` + `b [d_model]` → `[pos, d_model]`.
    fn sum_heads(&self, results: &Self::Tensor, b: &Self::Tensor) -> Result<Self::Tensor>;

    /// The edited copy of `x`, same shape.
    fn edit(&self, x: &Self::Tensor, edit: &SelectedAffine) -> Result<Self::Tensor>;

    /// Submits what was recorded and brings the wanted tensors to the host, in order: one submit
    /// and one read-back, the only wait of a run.
    fn read(&self, wanted: &[Self::Tensor]) -> impl Future<Output = Result<Vec<HostTensor>>>;
}
