use crate::{Error, Result};

/// Numbers on the host, row-major: the last axis is contiguous.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTensor {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl HostTensor {
    /// A tensor of `shape` over `data`.
    ///
    /// # Errors
    /// [`Error::Internal`] where the product of `shape` is not `data.len()`.
    pub fn new(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Result<Self> {
        let shape = shape.into();
        // Checked: on wasm32 a hostile shape can overflow `usize`.
        let elements = shape
            .iter()
            .try_fold(1usize, |product, &n| product.checked_mul(n));
        if elements != Some(data.len()) {
            return Err(Error::Internal(format!(
                "shape {shape:?} does not hold {} numbers",
                data.len()
            )));
        }
        Ok(Self { shape, data })
    }

    /// A tensor of `shape` filled with zeros.
    pub fn zeros(shape: impl Into<Vec<usize>>) -> Self {
        let shape = shape.into();
        let data = vec![0.0; shape.iter().product()];
        Self { shape, data }
    }

    /// Length of every axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// All numbers, row-major.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// All numbers, row-major, to write into.
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// The numbers without their shape.
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// The same numbers under another shape of equal size.
    ///
    /// # Errors
    /// [`Error::Internal`] where the sizes differ.
    pub fn reshaped(self, shape: impl Into<Vec<usize>>) -> Result<Self> {
        Self::new(shape, self.data)
    }

    /// Swaps the first two axes of a tensor with three: `[a, b, c]` → `[b, a, c]`.
    ///
    /// # Errors
    /// [`Error::Internal`] where there are not three axes.
    pub fn swap_first_axes(&self) -> Result<Self> {
        let [a, b, c] = self.shape[..] else {
            return Err(Error::Internal(format!(
                "three axes expected, got {:?}",
                self.shape
            )));
        };
        let mut swapped = Vec::with_capacity(self.data.len());
        for j in 0..b {
            for i in 0..a {
                let start = (i * b + j) * c;
                swapped.extend_from_slice(&self.data[start..start + c]);
            }
        }
        Self::new([b, a, c], swapped)
    }

    /// Largest magnitude among the finite numbers; 0 for an empty tensor.
    pub fn max_abs(&self) -> f32 {
        self.data
            .iter()
            .filter(|x| x.is_finite())
            .fold(0.0, |largest, x| largest.max(x.abs()))
    }

    /// Largest difference to `other`. Two equal infinities differ by 0; a NaN on either side, or an
    /// infinity against a number, differs by infinity, so that no comparison passes by accident.
    ///
    /// # Errors
    /// [`Error::Internal`] where the shapes differ.
    pub fn max_abs_diff(&self, other: &Self) -> Result<f32> {
        if self.shape != other.shape {
            return Err(Error::Internal(format!(
                "cannot compare shape {:?} with {:?}",
                self.shape, other.shape
            )));
        }
        Ok(self
            .data
            .iter()
            .zip(&other.data)
            .map(|(&a, &b)| {
                if a == b {
                    0.0
                } else if a.is_finite() && b.is_finite() {
                    (a - b).abs()
                } else {
                    f32::INFINITY
                }
            })
            .fold(0.0, f32::max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_that_does_not_fit_is_refused() {
        assert!(HostTensor::new([2, 3], vec![0.0; 5]).is_err());
        assert!(HostTensor::new([usize::MAX, 2], vec![0.0; 2]).is_err());
    }

    #[test]
    fn swapping_twice_is_the_identity() {
        let tensor = HostTensor::new([2, 3, 2], (0..12).map(|i| i as f32).collect()).unwrap();
        let swapped = tensor.swap_first_axes().unwrap();
        assert_eq!(&swapped.data()[..6], &[0.0, 1.0, 6.0, 7.0, 2.0, 3.0]);
        assert_eq!(swapped.swap_first_axes().unwrap(), tensor);
    }

    #[test]
    fn not_a_number_never_compares_equal() {
        let nan = HostTensor::new([1], vec![f32::NAN]).unwrap();
        let one = HostTensor::new([1], vec![1.0]).unwrap();
        let masked = HostTensor::new([1], vec![f32::NEG_INFINITY]).unwrap();
        assert_eq!(nan.max_abs_diff(&nan).unwrap(), f32::INFINITY);
        assert_eq!(nan.max_abs_diff(&one).unwrap(), f32::INFINITY);
        assert_eq!(masked.max_abs_diff(&masked).unwrap(), 0.0);
        assert_eq!(masked.max_abs_diff(&one).unwrap(), f32::INFINITY);
    }
}
