use glasshouse_shaders as kernels;
use glasshouse_tensor::{
    Activation, Attend, Backend, BackendKind, Error, HostTensor, MOST_TOP, Norm, Result, Rotation,
    SelectedAffine,
};

use crate::device::Gpu;
use crate::operands::{axes, expect, expect_row};
use crate::pool::{GpuTensor, Purpose};
use crate::recording::Input;

impl Backend for Gpu {
    type Tensor = GpuTensor;

    fn kind(&self) -> BackendKind {
        BackendKind::WebGpu
    }

    fn shape<'t>(&self, x: &'t GpuTensor) -> &'t [usize] {
        &x.shape
    }

    fn upload(&self, host: &HostTensor) -> Result<GpuTensor> {
        self.open_recording()?;
        let tensor = self.unwritten(host.shape(), Purpose::Upload)?;
        if !host.data().is_empty() {
            let bytes = bytemuck::cast_slice(host.data());
            self.inner()
                .queue
                .write_buffer(&tensor.storage.buffer, 0, bytes);
        }
        Ok(tensor)
    }

    fn reshape(&self, x: &GpuTensor, shape: &[usize]) -> Result<GpuTensor> {
        if shape.iter().product::<usize>() != x.size() {
            let from = &x.shape;
            return Err(Error::Internal(format!(
                "reshape: {from:?} is not {shape:?}"
            )));
        }
        Ok(GpuTensor {
            storage: x.storage.clone(),
            shape: shape.into(),
        })
    }

    fn embed(&self, table: &GpuTensor, ids: &[u32]) -> Result<GpuTensor> {
        let [rows, width] = axes("embed", "table", table)?;
        if let Some(id) = ids.iter().find(|&&id| id as usize >= rows) {
            return Err(Error::Internal(format!("embed: no row {id} in {rows}")));
        }
        let size = (ids.len() * width) as u32;
        self.dispatch(
            &kernels::EMBED,
            &[size, width as u32],
            &[self.piece(ids)?, table.into()],
            &[ids.len(), width],
            [1, ids.len(), width],
        )
    }

    fn rows(&self, x: &GpuTensor, start: usize, count: usize) -> Result<GpuTensor> {
        let Some((&n, row)) = x.shape.split_first() else {
            return Err(Error::Internal("rows: no axes".into()));
        };
        if start.checked_add(count).is_none_or(|end| end > n) {
            return Err(Error::Internal(format!("rows: {start} + {count} of {n}")));
        }
        let width = row.iter().product::<usize>();
        let size = (count * width) as u32;
        let shape = [&[count], row].concat();
        self.dispatch(
            &kernels::ROWS,
            &[size, (start * width) as u32],
            &[x.into()],
            &shape,
            [1, count, width],
        )
    }

    fn append_rows(&self, x: &GpuTensor, more: &GpuTensor) -> Result<GpuTensor> {
        let (Some((&n, row)), Some((&m, other))) =
            (x.shape.split_first(), more.shape.split_first())
        else {
            return Err(Error::Internal("append_rows: no axes".into()));
        };
        if row != other {
            return Err(Error::Internal(format!(
                "append_rows: rows of {row:?} and {other:?}"
            )));
        }
        let width = row.iter().product::<usize>();
        let shape = [&[n + m], row].concat();
        self.dispatch(
            &kernels::APPEND_ROWS,
            &[((n + m) * width) as u32, (n * width) as u32],
            &[x.into(), more.into()],
            &shape,
            [1, n + m, width],
        )
    }

    fn add(&self, x: &GpuTensor, y: &GpuTensor) -> Result<GpuTensor> {
        self.repeated(&kernels::ADD, x, y)
    }

    fn multiply(&self, x: &GpuTensor, y: &GpuTensor) -> Result<GpuTensor> {
        self.repeated(&kernels::MULTIPLY, x, y)
    }

    fn linear(&self, x: &GpuTensor, w: &GpuTensor, b: Option<&GpuTensor>) -> Result<GpuTensor> {
        let [pos, d_in] = axes("linear", "x", x)?;
        let [_, d_out] = axes("linear", "w", w)?;
        expect("linear", "w", w, &[d_in, d_out])?;
        expect_row("linear", "b", b, d_out)?;
        self.dispatch(
            &kernels::LINEAR,
            &[pos as u32, d_in as u32, d_out as u32, b.is_some().into()],
            &[x.into(), w.into(), b.unwrap_or(w).into()],
            &[pos, d_out],
            [1, pos, d_out],
        )
    }

    fn layer_norm(
        &self,
        x: &GpuTensor,
        norm: Norm,
        w: Option<&GpuTensor>,
        b: Option<&GpuTensor>,
    ) -> Result<GpuTensor> {
        let [pos, d] = axes("layer_norm", "x", x)?;
        expect_row("layer_norm", "w", w, d)?;
        expect_row("layer_norm", "b", b, d)?;
        let params = [
            pos as u32,
            d as u32,
            norm.centre.into(),
            norm.eps.to_bits(),
            w.is_some().into(),
            b.is_some().into(),
        ];
        let reads = [x.into(), w.unwrap_or(x).into(), b.unwrap_or(x).into()];
        self.dispatch(
            &kernels::LAYER_NORM,
            &params,
            &reads,
            &x.shape,
            [1, pos, d.min(1)],
        )
    }

    fn norm_scale(&self, x: &GpuTensor, norm: Norm) -> Result<GpuTensor> {
        let [pos, d] = axes("norm_scale", "x", x)?;
        let params = [pos as u32, d as u32, norm.centre.into(), norm.eps.to_bits()];
        self.dispatch(
            &kernels::NORM_SCALE,
            &params,
            &[x.into()],
            &[pos, 1],
            [1, pos, 1],
        )
    }

    fn normalize(
        &self,
        x: &GpuTensor,
        scale: &GpuTensor,
        norm: Norm,
        w: Option<&GpuTensor>,
        b: Option<&GpuTensor>,
    ) -> Result<GpuTensor> {
        let [pos, d] = axes("normalize", "x", x)?;
        expect("normalize", "scale", scale, &[pos, 1])?;
        expect_row("normalize", "w", w, d)?;
        expect_row("normalize", "b", b, d)?;
        let params = [
            pos as u32,
            d as u32,
            norm.centre.into(),
            w.is_some().into(),
            b.is_some().into(),
        ];
        let reads = [
            x.into(),
            scale.into(),
            w.unwrap_or(x).into(),
            b.unwrap_or(x).into(),
        ];
        self.dispatch(
            &kernels::NORMALIZE,
            &params,
            &reads,
            &x.shape,
            [1, pos, d.min(1)],
        )
    }

    fn activate(&self, x: &GpuTensor, activation: Activation) -> Result<GpuTensor> {
        let number = match activation {
            Activation::Relu => 0,
            Activation::Gelu => 1,
            Activation::GeluNew => 2,
            Activation::Silu => 3,
        };
        let size = x.size();
        let params = [size as u32, number];
        self.dispatch(
            &kernels::ACTIVATE,
            &params,
            &[x.into()],
            &x.shape,
            [1, 1, size],
        )
    }

    fn gate(&self, x: &GpuTensor, by: &GpuTensor, threshold: &GpuTensor) -> Result<GpuTensor> {
        expect("gate", "by", by, &x.shape)?;
        if !x.shape.ends_with(&threshold.shape) {
            return Err(Error::Internal(format!(
                "gate: {:?} is no suffix of {:?}",
                threshold.shape, x.shape
            )));
        }
        let size = x.size();
        self.dispatch(
            &kernels::GATE,
            &[size as u32, threshold.size() as u32],
            &[x.into(), by.into(), threshold.into()],
            &x.shape,
            [1, 1, size],
        )
    }

    fn top_k(&self, x: &GpuTensor, k: usize) -> Result<GpuTensor> {
        let [pos, width] = axes("top_k", "x", x)?;
        if k == 0 || k > width.min(MOST_TOP) || width > 1 << 24 {
            return Err(Error::Internal(format!("top_k: {k} of {width}")));
        }
        self.dispatch(
            &kernels::TOP_K,
            &[pos as u32, width as u32, k as u32],
            &[x.into()],
            &[pos, 2, k],
            [1, pos, 1],
        )
    }

    fn scatter(&self, top: &GpuTensor, width: usize) -> Result<GpuTensor> {
        let [pos, _, k] = axes("scatter", "top", top)?;
        expect("scatter", "top", top, &[pos, 2, k])?;
        self.dispatch(
            &kernels::SCATTER,
            &[pos as u32, width as u32, k as u32],
            &[top.into()],
            &[pos, width],
            [1, pos, width.min(1)],
        )
    }

    fn rotate(
        &self,
        x: &GpuTensor,
        cos: &GpuTensor,
        sin: &GpuTensor,
        rotation: Rotation,
    ) -> Result<GpuTensor> {
        let [pos, heads, d_head] = axes("rotate", "x", x)?;
        let rotary_dim = rotation.rotary_dim;
        expect("rotate", "cos", cos, &[pos, rotary_dim])?;
        expect("rotate", "sin", sin, &[pos, rotary_dim])?;
        if rotary_dim > d_head || !rotary_dim.is_multiple_of(2) {
            return Err(Error::Internal(format!(
                "rotate: {rotary_dim} of {d_head} coordinates"
            )));
        }
        self.dispatch(
            &kernels::ROTATE,
            &[
                x.size() as u32,
                heads as u32,
                d_head as u32,
                rotary_dim as u32,
                rotation.adjacent_pairs.into(),
            ],
            &[x.into(), cos.into(), sin.into()],
            &x.shape,
            [pos, heads, d_head],
        )
    }

    fn attention_scores(&self, q: &GpuTensor, k: &GpuTensor, attend: Attend) -> Result<GpuTensor> {
        let op = "attention_scores";
        let [queries, keys, heads, d_head] = attention_axes(op, q, k, attend)?;
        self.dispatch(
            &kernels::ATTENTION_SCORES,
            &attention_params([queries, keys, heads, d_head], attend),
            &[q.into(), k.into()],
            &[heads, queries, keys],
            [heads, queries, keys],
        )
    }

    fn softmax(&self, scores: &GpuTensor) -> Result<GpuTensor> {
        let Some((&width, rows)) = scores.shape.split_last() else {
            return Err(Error::Internal("softmax: no axes".into()));
        };
        let rows = rows.iter().product::<usize>();
        self.dispatch(
            &kernels::SOFTMAX,
            &[rows as u32, width as u32],
            &[scores.into()],
            &scores.shape,
            [1, rows, width.min(1)],
        )
    }

    fn mix_values(&self, pattern: &GpuTensor, v: &GpuTensor) -> Result<GpuTensor> {
        let [heads, queries, keys] = axes("mix_values", "pattern", pattern)?;
        let [_, _, d_head] = axes("mix_values", "v", v)?;
        expect("mix_values", "v", v, &[keys, heads, d_head])?;
        self.dispatch(
            &kernels::MIX_VALUES,
            &[queries as u32, keys as u32, heads as u32, d_head as u32],
            &[pattern.into(), v.into()],
            &[queries, heads, d_head],
            [heads, queries, d_head],
        )
    }

    fn attention(
        &self,
        q: &GpuTensor,
        k: &GpuTensor,
        v: &GpuTensor,
        attend: Attend,
    ) -> Result<GpuTensor> {
        let [queries, keys, heads, d_head] = attention_axes("attention", q, k, attend)?;
        expect("attention", "v", v, &k.shape)?;
        self.dispatch(
            &kernels::ATTENTION,
            &attention_params([queries, keys, heads, d_head], attend),
            &[q.into(), k.into(), v.into()],
            &q.shape,
            [heads, queries, d_head],
        )
    }

    fn head_results(&self, z: &GpuTensor, w_o: &GpuTensor) -> Result<GpuTensor> {
        let [pos, heads, d_head] = axes("head_results", "z", z)?;
        let [_, _, d_model] = axes("head_results", "w_o", w_o)?;
        expect("head_results", "w_o", w_o, &[heads, d_head, d_model])?;
        self.dispatch(
            &kernels::HEAD_RESULTS,
            &[pos as u32, heads as u32, d_head as u32, d_model as u32],
            &[z.into(), w_o.into()],
            &[pos, heads, d_model],
            [heads, pos, d_model],
        )
    }

    fn sum_heads(&self, results: &GpuTensor, b: &GpuTensor) -> Result<GpuTensor> {
        let [pos, heads, d_model] = axes("sum_heads", "results", results)?;
        expect("sum_heads", "b", b, &[d_model])?;
        self.dispatch(
            &kernels::SUM_HEADS,
            &[(pos * d_model) as u32, heads as u32, d_model as u32],
            &[results.into(), b.into()],
            &[pos, d_model],
            [1, pos, d_model],
        )
    }

    fn edit(&self, x: &GpuTensor, edit: &SelectedAffine) -> Result<GpuTensor> {
        self.record_edit(x, edit)
    }

    async fn read(&self, wanted: &[GpuTensor]) -> Result<Vec<HostTensor>> {
        self.read_back(wanted).await
    }
}

impl Gpu {
    /// An element-wise kernel of `x` and a `y` that repeats over the leading axes.
    fn repeated(
        &self,
        shader: &kernels::Shader,
        x: &GpuTensor,
        y: &GpuTensor,
    ) -> Result<GpuTensor> {
        if !x.shape.ends_with(&y.shape) {
            return Err(Error::Internal(format!(
                "{}: {:?} is no suffix of {:?}",
                shader.name, y.shape, x.shape
            )));
        }
        let size = x.size();
        let reads: [Input<'_>; 2] = [x.into(), y.into()];
        let params = [size as u32, y.size() as u32];
        self.dispatch(shader, &params, &reads, &x.shape, [1, 1, size])
    }
}

/// `[queries, keys, heads, d_head]` of queries and keys that fit together.
fn attention_axes(op: &str, q: &GpuTensor, k: &GpuTensor, attend: Attend) -> Result<[usize; 4]> {
    let [queries, heads, d_head] = axes(op, "q", q)?;
    let [keys, _, _] = axes(op, "k", k)?;
    expect(op, "k", k, &[keys, heads, d_head])?;
    if attend.causal && keys < queries {
        return Err(Error::Internal(format!(
            "{op}: {queries} queries stand after {keys} keys"
        )));
    }
    Ok([queries, keys, heads, d_head])
}

fn attention_params([queries, keys, heads, d_head]: [usize; 4], attend: Attend) -> [u32; 6] {
    [
        queries as u32,
        keys as u32,
        heads as u32,
        d_head as u32,
        attend.scale.to_bits(),
        attend.causal.into(),
    ]
}
