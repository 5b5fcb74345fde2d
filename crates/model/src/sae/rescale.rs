use glasshouse_tensor::{Backend, HostTensor, Norm, Result};

use super::config::ActivationNorm;

/// The size of activations, taken out before the encoder and put back behind the decoder.
pub struct Rescale<B: Backend> {
    kind: ActivationNorm,
    /// `[1, d_in]`, to spread a number per row over the row.
    ones: B::Tensor,
    /// √(d/(d−1)): PyTorch's standard deviation divides by one less than there are.
    unbiased: B::Tensor,
    eps: B::Tensor,
    minus_one: B::Tensor,
}

/// What was taken out of each row.
pub enum TakenOut<B: Backend> {
    Nothing,
    /// Factor and, where it was subtracted, mean; both `[pos, d_in]`.
    Size(B::Tensor, Option<B::Tensor>),
}

impl<B: Backend> Rescale<B> {
    pub fn new(backend: &B, kind: ActivationNorm, d_in: usize) -> Result<Self> {
        let number = |x: f32| backend.upload(&HostTensor::new([], vec![x])?);
        let d = d_in as f64;
        Ok(Self {
            kind,
            ones: backend.upload(&HostTensor::new([1, d_in], vec![1.0; d_in])?)?,
            unbiased: number((d / (d - 1.0).max(1.0)).sqrt() as f32)?,
            eps: number(1e-5)?,
            minus_one: number(-1.0)?,
        })
    }

    /// `x − y`
    pub fn difference(&self, backend: &B, x: &B::Tensor, y: &B::Tensor) -> Result<B::Tensor> {
        backend.add(x, &backend.multiply(y, &self.minus_one)?)
    }

    /// Rows of a standard size, and what made them so.
    pub fn take_out(&self, backend: &B, x: B::Tensor) -> Result<(B::Tensor, TakenOut<B>)> {
        let centre = match self.kind {
            ActivationNorm::None => return Ok((x, TakenOut::Nothing)),
            ActivationNorm::ConstantNormRescale => false,
            ActivationNorm::LayerNorm => true,
        };
        let norm = Norm { centre, eps: 0.0 };
        let size = backend.norm_scale(&x, norm)?; // [pos, 1]
        if !centre {
            let rows = backend.normalize(&x, &size, norm, None, None)?;
            return Ok((rows, TakenOut::Size(self.spread(backend, &size)?, None)));
        }
        let deviation = backend.multiply(&size, &self.unbiased)?;
        // SAELens adds eps to the deviation itself, not under a root, and not on the way back.
        let divisor = backend.add(&deviation, &self.eps)?;
        let rows = backend.normalize(&x, &divisor, norm, None, None)?;
        let centred = backend.multiply(&rows, &self.spread(backend, &divisor)?)?;
        let mean = self.difference(backend, &x, &centred)?;
        let factor = self.spread(backend, &deviation)?;
        Ok((rows, TakenOut::Size(factor, Some(mean))))
    }

    /// The inverse.
    pub fn put_back(&self, backend: &B, x: B::Tensor, taken: &TakenOut<B>) -> Result<B::Tensor> {
        let TakenOut::Size(factor, mean) = taken else {
            return Ok(x);
        };
        let sized = backend.multiply(&x, factor)?;
        match mean {
            None => Ok(sized),
            Some(mean) => backend.add(&sized, mean),
        }
    }

    /// `[pos, 1]` → `[pos, d_in]`, the same number all along each row.
    fn spread(&self, backend: &B, size: &B::Tensor) -> Result<B::Tensor> {
        backend.linear(size, &self.ones, None)
    }
}
