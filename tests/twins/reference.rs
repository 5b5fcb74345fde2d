//! Every operation once more, as its formula in plain f64: neither engine's code, and no trick in it.

use std::rc::Rc;

use glasshouse_tensor::{
    Activation, Attend, Backend, BackendKind, Error, HostTensor, Norm, Result, Rotation,
    SelectedAffine,
};

/// The formulas of the [`Backend`] trait.
#[derive(Clone)]
pub struct Reference;

/// Numbers in f64, row-major.
#[derive(Clone)]
pub struct Numbers {
    shape: Vec<usize>,
    data: Rc<[f64]>,
}

impl Numbers {
    fn new(shape: &[usize], data: impl IntoIterator<Item = f64>) -> Result<Self> {
        let data: Rc<[f64]> = data.into_iter().collect();
        match data.len() == shape.iter().product::<usize>() {
            true => Ok(Self {
                shape: shape.to_vec(),
                data,
            }),
            false => Err(misfit()),
        }
    }

    /// Every element with its index, for a tensor of `shape`.
    fn from_fn<const N: usize>(
        shape: [usize; N],
        element: impl Fn([usize; N]) -> f64,
    ) -> Result<Self> {
        let count = shape.iter().product();
        Self::new(
            &shape,
            (0..count).map(|flat: usize| {
                let mut rest = flat;
                let mut index = [0; N];
                for axis in (0..N).rev() {
                    index[axis] = rest % shape[axis];
                    rest /= shape[axis];
                }
                element(index)
            }),
        )
    }

    fn dims<const N: usize>(&self) -> Result<[usize; N]> {
        self.shape.as_slice().try_into().map_err(|_| misfit())
    }

    fn at<const N: usize>(&self, index: [usize; N]) -> f64 {
        self.data[index
            .iter()
            .zip(&self.shape)
            .fold(0, |flat, (i, n)| flat * n + i)]
    }

    fn row(&self, row: usize, width: usize) -> &[f64] {
        &self.data[row * width..][..width]
    }
}

fn misfit() -> Error {
    Error::Internal("shapes do not fit".into())
}

/// `y` repeated over the leading axes of `x`.
fn with(x: &Numbers, y: &Numbers, combine: impl Fn(f64, f64) -> f64) -> Result<Numbers> {
    if !x.shape.ends_with(&y.shape) {
        return Err(misfit());
    }
    Numbers::new(
        &x.shape,
        x.data
            .iter()
            .zip(y.data.iter().cycle())
            .map(|(&a, &b)| combine(a, b)),
    )
}

fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().sum()
}

fn mean(row: &[f64]) -> f64 {
    sum(row.iter().copied()) / row.len() as f64
}

/// The mean that a row loses: 0 where the normalisation does not centre.
fn centre(row: &[f64], norm: Norm) -> f64 {
    if norm.centre { mean(row) } else { 0.0 }
}

impl Backend for Reference {
    type Tensor = Numbers;

    fn kind(&self) -> BackendKind {
        BackendKind::Cpu
    }

    fn shape<'t>(&self, x: &'t Numbers) -> &'t [usize] {
        &x.shape
    }

    fn upload(&self, host: &HostTensor) -> Result<Numbers> {
        Numbers::new(host.shape(), host.data().iter().copied().map(f64::from))
    }

    fn reshape(&self, x: &Numbers, shape: &[usize]) -> Result<Numbers> {
        Numbers::new(shape, x.data.iter().copied())
    }

    fn embed(&self, table: &Numbers, ids: &[u32]) -> Result<Numbers> {
        let [_, width] = table.dims()?;
        Numbers::from_fn([ids.len(), width], |[i, j]| table.at([ids[i] as usize, j]))
    }

    fn rows(&self, x: &Numbers, start: usize, count: usize) -> Result<Numbers> {
        let width: usize = x.shape[1..].iter().product();
        let shape = [&[count], &x.shape[1..]].concat();
        Numbers::new(
            &shape,
            x.data[start * width..(start + count) * width]
                .iter()
                .copied(),
        )
    }

    fn append_rows(&self, x: &Numbers, more: &Numbers) -> Result<Numbers> {
        let shape = [&[x.shape[0] + more.shape[0]], &x.shape[1..]].concat();
        Numbers::new(&shape, x.data.iter().chain(more.data.iter()).copied())
    }

    fn add(&self, x: &Numbers, y: &Numbers) -> Result<Numbers> {
        with(x, y, |a, b| a + b)
    }

    fn multiply(&self, x: &Numbers, y: &Numbers) -> Result<Numbers> {
        with(x, y, |a, b| a * b)
    }

    fn linear(&self, x: &Numbers, w: &Numbers, b: Option<&Numbers>) -> Result<Numbers> {
        let ([pos, d_in], [_, d_out]) = (x.dims()?, w.dims()?);
        Numbers::from_fn([pos, d_out], |[p, o]| {
            let bias = b.map_or(0.0, |b| b.at([o]));
            bias + sum((0..d_in).map(|i| x.at([p, i]) * w.at([i, o])))
        })
    }

    fn layer_norm(
        &self,
        x: &Numbers,
        norm: Norm,
        w: Option<&Numbers>,
        b: Option<&Numbers>,
    ) -> Result<Numbers> {
        self.normalize(x, &self.norm_scale(x, norm)?, norm, w, b)
    }

    fn norm_scale(&self, x: &Numbers, norm: Norm) -> Result<Numbers> {
        let [pos, d] = x.dims()?;
        Numbers::from_fn([pos, 1], |[p, _]| {
            let row = x.row(p, d);
            let middle = centre(row, norm);
            let squares = row.iter().map(|x| (x - middle).powi(2));
            (sum(squares) / d as f64 + f64::from(norm.eps)).sqrt()
        })
    }

    fn normalize(
        &self,
        x: &Numbers,
        scale: &Numbers,
        norm: Norm,
        w: Option<&Numbers>,
        b: Option<&Numbers>,
    ) -> Result<Numbers> {
        let [pos, d] = x.dims()?;
        Numbers::from_fn([pos, d], |[p, i]| {
            let centred = x.at([p, i]) - centre(x.row(p, d), norm);
            let weight = w.map_or(1.0, |w| w.at([i]));
            centred / scale.at([p, 0]) * weight + b.map_or(0.0, |b| b.at([i]))
        })
    }

    fn activate(&self, x: &Numbers, activation: Activation) -> Result<Numbers> {
        let function = |x: f64| match activation {
            Activation::Relu => x.max(0.0),
            // erfc keeps the digits of the left tail, where 1 + erf would cancel.
            Activation::Gelu => 0.5 * x * libm::erfc(-x / std::f64::consts::SQRT_2),
            Activation::GeluNew => {
                let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
                x / (1.0 + (-2.0 * inner).exp())
            }
            Activation::Silu => x / (1.0 + (-x).exp()),
        };
        Numbers::new(&x.shape, x.data.iter().copied().map(function))
    }

    fn gate(&self, x: &Numbers, by: &Numbers, threshold: &Numbers) -> Result<Numbers> {
        let excess = with(by, threshold, |by, bound| f64::from(by > bound))?;
        let pairs = x.data.iter().zip(excess.data.iter());
        Numbers::new(
            &x.shape,
            pairs.map(|(&x, &open)| if open > 0.0 { x } else { 0.0 }),
        )
    }

    fn top_k(&self, x: &Numbers, k: usize) -> Result<Numbers> {
        let [pos, width] = x.dims()?;
        let mut top = Vec::new();
        for p in 0..pos {
            let row = x.row(p, width);
            let mut order: Vec<usize> = (0..width).collect();
            // Stable: equals stay in the order of their indices.
            order.sort_by(|&a, &b| row[b].partial_cmp(&row[a]).expect("numbers"));
            top.extend(order[..k].iter().map(|&index| row[index]));
            top.extend(order[..k].iter().map(|&index| index as f64));
        }
        Numbers::new(&[pos, 2, k], top)
    }

    fn scatter(&self, top: &Numbers, width: usize) -> Result<Numbers> {
        let [pos, _, k] = top.dims()?;
        Numbers::from_fn([pos, width], |[p, at]| {
            let place = (0..k).find(|&i| top.at([p, 1, i]) == at as f64);
            place.map_or(0.0, |i| top.at([p, 0, i]))
        })
    }

    fn rotate(
        &self,
        x: &Numbers,
        cos: &Numbers,
        sin: &Numbers,
        rotation: Rotation,
    ) -> Result<Numbers> {
        let shape: [usize; 3] = x.dims()?;
        let half = rotation.rotary_dim / 2;
        Numbers::from_fn(shape, |[p, h, i]| {
            if i >= rotation.rotary_dim {
                return x.at([p, h, i]);
            }
            let is_first = if rotation.adjacent_pairs {
                i % 2 == 0
            } else {
                i < half
            };
            let step = if rotation.adjacent_pairs { 1 } else { half };
            let turned = match is_first {
                true => -x.at([p, h, i + step]),
                false => x.at([p, h, i - step]),
            };
            x.at([p, h, i]) * cos.at([p, i]) + turned * sin.at([p, i])
        })
    }

    fn attention_scores(&self, q: &Numbers, k: &Numbers, attend: Attend) -> Result<Numbers> {
        let ([queries, heads, d_head], [keys, _, _]) = (q.dims()?, k.dims()?);
        Numbers::from_fn([heads, queries, keys], |[h, i, j]| {
            if attend.causal && j > keys - queries + i {
                return f64::NEG_INFINITY;
            }
            let products = (0..d_head).map(|c| q.at([i, h, c]) * k.at([j, h, c]));
            f64::from(attend.scale) * sum(products)
        })
    }

    fn softmax(&self, scores: &Numbers) -> Result<Numbers> {
        let width = *scores.shape.last().ok_or_else(misfit)?;
        let rows = scores.data.chunks(width).flat_map(|row| {
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let seen = move |x: f64| {
                if x == f64::NEG_INFINITY {
                    0.0
                } else {
                    (x - largest).exp()
                }
            };
            let total = sum(row.iter().copied().map(seen));
            row.iter()
                .map(move |&x| if total > 0.0 { seen(x) / total } else { 0.0 })
        });
        Numbers::new(&scores.shape, rows)
    }

    fn mix_values(&self, pattern: &Numbers, v: &Numbers) -> Result<Numbers> {
        let ([heads, queries, keys], [_, _, d_head]) = (pattern.dims()?, v.dims()?);
        Numbers::from_fn([queries, heads, d_head], |[i, h, c]| {
            sum((0..keys).map(|j| pattern.at([h, i, j]) * v.at([j, h, c])))
        })
    }

    fn attention(&self, q: &Numbers, k: &Numbers, v: &Numbers, attend: Attend) -> Result<Numbers> {
        self.mix_values(&self.softmax(&self.attention_scores(q, k, attend)?)?, v)
    }

    fn head_results(&self, z: &Numbers, w_o: &Numbers) -> Result<Numbers> {
        let ([pos, heads, d_head], [_, _, d_model]) = (z.dims()?, w_o.dims()?);
        Numbers::from_fn([pos, heads, d_model], |[p, h, o]| {
            sum((0..d_head).map(|c| z.at([p, h, c]) * w_o.at([h, c, o])))
        })
    }

    fn sum_heads(&self, results: &Numbers, b: &Numbers) -> Result<Numbers> {
        let [pos, heads, d_model] = results.dims()?;
        Numbers::from_fn([pos, d_model], |[p, o]| {
            b.at([o]) + sum((0..heads).map(|h| results.at([p, h, o])))
        })
    }

    fn edit(&self, x: &Numbers, edit: &SelectedAffine) -> Result<Numbers> {
        let value = self.upload(&edit.value)?;
        let edited = Numbers::from_fn(edit.axes, |index| {
            let old = x.data[(index[0] * edit.axes[1] + index[1]) * edit.axes[2] + index[2]];
            let rank = [0, 1, 2].map(|axis| edit.rank[axis][index[axis]]);
            if rank.iter().any(|&rank| rank < 0) {
                return old;
            }
            // An axis of length 1 repeats.
            let place = [0, 1, 2].map(|axis| (rank[axis] as usize).min(value.shape[axis] - 1));
            let added = f64::from(edit.gain) * value.at(place);
            if edit.keep == 0.0 {
                added
            } else {
                f64::from(edit.keep) * old + added
            }
        })?;
        self.reshape(&edited, &x.shape)
    }

    async fn read(&self, wanted: &[Numbers]) -> Result<Vec<HostTensor>> {
        wanted
            .iter()
            .map(|x| HostTensor::new(x.shape.clone(), x.data.iter().map(|&x| x as f32).collect()))
            .collect()
    }
}
