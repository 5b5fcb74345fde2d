use glasshouse_tensor::{
    Activation, Attend, Backend, BackendKind, HostTensor, Norm, Result, Rotation, SelectedAffine,
};

use crate::{CpuTensor, ops};

/// The CPU as an engine: one thread, nothing to set up, nothing that can be lost.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuBackend;

impl Backend for CpuBackend {
    type Tensor = CpuTensor;

    fn kind(&self) -> BackendKind {
        BackendKind::Cpu
    }

    fn shape<'t>(&self, x: &'t CpuTensor) -> &'t [usize] {
        x.shape()
    }

    fn upload(&self, host: &HostTensor) -> Result<CpuTensor> {
        CpuTensor::new(host.shape(), host.data().to_vec())
    }

    fn reshape(&self, x: &CpuTensor, shape: &[usize]) -> Result<CpuTensor> {
        x.reshape(shape)
    }

    fn embed(&self, table: &CpuTensor, ids: &[u32]) -> Result<CpuTensor> {
        ops::embed(table, ids)
    }

    fn rows(&self, x: &CpuTensor, start: usize, count: usize) -> Result<CpuTensor> {
        x.rows(start, count)
    }

    fn append_rows(&self, x: &CpuTensor, more: &CpuTensor) -> Result<CpuTensor> {
        ops::append_rows(x, more)
    }

    fn add(&self, x: &CpuTensor, y: &CpuTensor) -> Result<CpuTensor> {
        ops::add(x, y)
    }

    fn multiply(&self, x: &CpuTensor, y: &CpuTensor) -> Result<CpuTensor> {
        ops::multiply(x, y)
    }

    fn linear(&self, x: &CpuTensor, w: &CpuTensor, b: Option<&CpuTensor>) -> Result<CpuTensor> {
        ops::linear(x, w, b)
    }

    fn layer_norm(
        &self,
        x: &CpuTensor,
        norm: Norm,
        w: Option<&CpuTensor>,
        b: Option<&CpuTensor>,
    ) -> Result<CpuTensor> {
        ops::layer_norm(x, norm, w, b)
    }

    fn norm_scale(&self, x: &CpuTensor, norm: Norm) -> Result<CpuTensor> {
        ops::norm_scale(x, norm)
    }

    fn normalize(
        &self,
        x: &CpuTensor,
        scale: &CpuTensor,
        norm: Norm,
        w: Option<&CpuTensor>,
        b: Option<&CpuTensor>,
    ) -> Result<CpuTensor> {
        ops::normalize(x, scale, norm, w, b)
    }

    fn activate(&self, x: &CpuTensor, activation: Activation) -> Result<CpuTensor> {
        ops::activate(x, activation)
    }

    fn gate(&self, x: &CpuTensor, by: &CpuTensor, threshold: &CpuTensor) -> Result<CpuTensor> {
        ops::gate(x, by, threshold)
    }

    fn top_k(&self, x: &CpuTensor, k: usize) -> Result<CpuTensor> {
        ops::top_k(x, k)
    }

    fn scatter(&self, top: &CpuTensor, width: usize) -> Result<CpuTensor> {
        ops::scatter(top, width)
    }

    fn rotate(
        &self,
        x: &CpuTensor,
        cos: &CpuTensor,
        sin: &CpuTensor,
        rotation: Rotation,
    ) -> Result<CpuTensor> {
        ops::rotate(x, cos, sin, rotation)
    }

    fn attention_scores(&self, q: &CpuTensor, k: &CpuTensor, attend: Attend) -> Result<CpuTensor> {
        ops::attention_scores(q, k, attend)
    }

    fn softmax(&self, scores: &CpuTensor) -> Result<CpuTensor> {
        ops::softmax(scores)
    }

    fn mix_values(&self, pattern: &CpuTensor, v: &CpuTensor) -> Result<CpuTensor> {
        ops::mix_values(pattern, v)
    }

    fn attention(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        attend: Attend,
    ) -> Result<CpuTensor> {
        ops::attention(q, k, v, attend)
    }

    fn head_results(&self, z: &CpuTensor, w_o: &CpuTensor) -> Result<CpuTensor> {
        ops::head_results(z, w_o)
    }

    fn sum_heads(&self, results: &CpuTensor, b: &CpuTensor) -> Result<CpuTensor> {
        ops::sum_heads(results, b)
    }

    fn edit(&self, x: &CpuTensor, edit: &SelectedAffine) -> Result<CpuTensor> {
        ops::edit(x, edit)
    }

    async fn read(&self, wanted: &[CpuTensor]) -> Result<Vec<HostTensor>> {
        wanted
            .iter()
            .map(|tensor| HostTensor::new(tensor.shape(), tensor.numbers()?.to_vec()))
            .collect()
    }
}
