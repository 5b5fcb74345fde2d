use glasshouse_tensor::{Error, HostTensor, Result, SelectedAffine};
use serde::{Deserialize, Serialize};

use crate::{Axis, HookPoint};

/// How an edit changes what it selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Set to 0.
    Zero,
    /// Multiply by `scale`.
    Scale,
    /// Add `scale` (1 where absent) times `value`.
    Add,
    /// Set to `value`.
    Replace,
    /// Set to the mean over the model's data set, from the folder's `means.safetensors`.
    Mean,
}

/// What an edit adds or puts in place. A tensor is laid out in the order of the selectors.
#[derive(Debug, Clone, PartialEq)]
pub enum EditValue {
    /// The same number everywhere.
    Number(f32),
    /// A tensor of the selected shape, or a vector of the selected last axis, repeated over the others.
    Tensor(HostTensor),
}

/// One change at one hook. Absent selectors select everything; negative ones count from the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Where.
    pub hook: HookPoint,
    /// Which heads.
    pub heads: Option<Vec<i64>>,
    /// Which positions; on `[head, query, key]` tensors which queries.
    pub positions: Option<Vec<i64>>,
    /// Which entries of the last axis; on `[head, query, key]` tensors which keys.
    pub features: Option<Vec<i64>>,
    /// What to do.
    pub how: How,
    /// The value of `add` and `replace`.
    pub value: Option<EditValue>,
    /// The factor of `scale` and `add`.
    pub scale: Option<f32>,
}

impl Edit {
    /// Switches one attention head off at `hook_z`.
    pub fn ablate_head(layer: usize, head: usize, how: How) -> Self {
        Self {
            hook: HookPoint::block(layer, crate::Site::Z),
            heads: Some(vec![head as i64]),
            positions: None,
            features: None,
            how,
            value: None,
            scale: None,
        }
    }

    /// Whether the edit means the same for a position whatever comes after it, so that what was
    /// computed for a shared prefix stays true when the text behind it changes.
    pub fn keeps_prefixes(&self) -> bool {
        self.positions.is_none()
            && self.hook.axes()[0] == Axis::Position
            && match &self.value {
                Some(EditValue::Tensor(tensor)) => tensor.shape().len() == 1,
                _ => true,
            }
    }

    /// The arithmetic of this edit on a tensor of `shape` whose positions are `first..first + n` of
    /// a text of `length` positions. `mean` is the data-set mean of this hook over all positions.
    ///
    /// # Errors
    /// [`Error::BadEdit`] where a selector is out of range or the value does not fit.
    pub fn plan(
        &self,
        shape: &[usize],
        first: usize,
        length: usize,
        mean: Option<&HostTensor>,
    ) -> Result<SelectedAffine> {
        let axes = self.hook.axes();
        let (dims, kinds) = three_axes(shape, axes);
        let mut rank: [Vec<i32>; 3] = [vec![0], vec![0], vec![0]];
        let mut chosen: [Vec<usize>; 3] = [vec![0], vec![0], vec![0]];
        for axis in 0..3 {
            let (selector, offset, extent, word) = match kinds[axis] {
                Some(Axis::Position) => (&self.positions, first, length, "position"),
                Some(Axis::Head) => (&self.heads, 0, dims[axis], "head"),
                Some(Axis::Feature) => (&self.features, 0, dims[axis], "feature"),
                None => continue,
            };
            let all = self.select(selector.as_deref(), extent, word)?;
            (rank[axis], chosen[axis]) = ranks(&all, offset, dims[axis]);
        }
        for (given, kind, word) in [
            (&self.heads, Axis::Head, "heads"),
            (&self.positions, Axis::Position, "positions"),
        ] {
            if given.is_some() && !axes.contains(&kind) {
                return Err(Error::BadEdit(format!(
                    "{} has no {word} to select.",
                    self.hook
                )));
            }
        }
        let count = [chosen[0].len(), chosen[1].len(), chosen[2].len()];
        let scale = self.scale.unwrap_or(1.0);
        let (keep, gain, value) = match self.how {
            How::Zero => (0.0, 0.0, number(0.0)?),
            How::Scale => match self.scale {
                Some(scale) => (scale, 0.0, number(0.0)?),
                None => {
                    return Err(Error::BadEdit(format!(
                        "The edit \"scale\" at {} needs a scale.",
                        self.hook
                    )));
                }
            },
            How::Add => (1.0, scale, self.fitted_value(count, axes.len())?),
            How::Replace => (0.0, 1.0, self.fitted_value(count, axes.len())?),
            How::Mean => (0.0, 1.0, self.mean_value(mean, &chosen, &kinds, first)?),
        };
        Ok(SelectedAffine {
            axes: dims,
            rank,
            keep,
            gain,
            value,
        })
    }

    /// The selected indices of an axis in the order given, as the whole text counts them.
    fn select(&self, selector: Option<&[i64]>, extent: usize, word: &str) -> Result<Vec<usize>> {
        let Some(selector) = selector else {
            return Ok((0..extent).collect());
        };
        selector
            .iter()
            .map(|&index| {
                let resolved = if index < 0 {
                    index + extent as i64
                } else {
                    index
                };
                usize::try_from(resolved)
                    .ok()
                    .filter(|&index| index < extent)
                    .ok_or_else(|| {
                        Error::BadEdit(format!(
                            "{} has {extent} {word}s, so there is no {word} {index}.",
                            self.hook
                        ))
                    })
            })
            .collect()
    }

    /// The value of `add` and `replace` as three axes, each as long as the selection or 1.
    fn fitted_value(&self, count: [usize; 3], axes: usize) -> Result<HostTensor> {
        let tensor = match &self.value {
            None => {
                return Err(Error::BadEdit(format!(
                    "The edit at {} needs a value.",
                    self.hook
                )));
            }
            Some(EditValue::Number(value)) => return number(*value),
            Some(EditValue::Tensor(tensor)) => tensor,
        };
        // A tensor of fewer axes lacks its middle one in the three-axis view: see `three_axes`.
        let wanted: Vec<usize> = match axes {
            2 => vec![count[0], count[2]],
            _ => count.to_vec(),
        };
        let fitted = if tensor.shape() == wanted {
            count
        } else if tensor.shape() == [count[2]] {
            [1, 1, count[2]]
        } else {
            return Err(Error::BadEdit(format!(
                "The edit at {} selects shape {wanted:?}, but its value has shape {:?}.",
                self.hook,
                tensor.shape()
            )));
        };
        tensor.clone().reshaped(fitted)
    }

    /// The data-set mean at the selected places.
    fn mean_value(
        &self,
        mean: Option<&HostTensor>,
        chosen: &[Vec<usize>; 3],
        kinds: &[Option<Axis>; 3],
        first: usize,
    ) -> Result<HostTensor> {
        let Some(mean) = mean else {
            return Err(Error::BadEdit(format!(
                "This model's folder has no mean of {}, so the edit \"mean\" cannot be made there.",
                self.hook
            )));
        };
        let (dims, _) = three_axes(mean.shape(), self.hook.axes());
        let mut data = Vec::with_capacity(chosen.iter().map(Vec::len).product());
        let at = |axis: usize, index: usize| match kinds[axis] {
            Some(Axis::Position) => index + first,
            _ => index,
        };
        for &a in &chosen[0] {
            for &b in &chosen[1] {
                for &c in &chosen[2] {
                    let (a, b, c) = (at(0, a), at(1, b), at(2, c));
                    if a >= dims[0] || b >= dims[1] || c >= dims[2] {
                        return Err(Error::BadEdit(format!(
                            "The mean of {} has shape {:?}, too small for this edit.",
                            self.hook,
                            mean.shape()
                        )));
                    }
                    data.push(mean.data()[(a * dims[1] + b) * dims[2] + c]);
                }
            }
        }
        HostTensor::new([chosen[0].len(), chosen[1].len(), chosen[2].len()], data)
    }
}

/// One number, repeated everywhere.
fn number(value: f32) -> Result<HostTensor> {
    HostTensor::new([1, 1, 1], vec![value])
}

/// A hooked tensor seen as three axes: `[pos, d]` becomes `[pos, 1, d]`.
fn three_axes(shape: &[usize], axes: &[Axis]) -> ([usize; 3], [Option<Axis>; 3]) {
    match (shape, axes) {
        (&[a, c], &[ka, kc]) => ([a, 1, c], [Some(ka), None, Some(kc)]),
        (&[a, b, c], &[ka, kb, kc]) => ([a, b, c], [Some(ka), Some(kb), Some(kc)]),
        _ => ([shape.iter().product(), 1, 1], [None; 3]),
    }
}

/// For an axis that shows the indices `offset..offset + extent`: the rank of each among the
/// selected ones it shows, or −1; and the selected ones, counted from `offset`.
fn ranks(selected: &[usize], offset: usize, extent: usize) -> (Vec<i32>, Vec<usize>) {
    let shown: Vec<usize> = selected
        .iter()
        .filter_map(|&index| index.checked_sub(offset))
        .filter(|&index| index < extent)
        .collect();
    let mut rank = vec![-1; extent];
    for (place, &index) in shown.iter().enumerate() {
        rank[index] = place as i32;
    }
    (rank, shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Site;

    fn edit(site: Site, how: How) -> Edit {
        Edit {
            hook: HookPoint::block(0, site),
            heads: None,
            positions: None,
            features: None,
            how,
            value: None,
            scale: None,
        }
    }

    #[test]
    fn negative_positions_count_from_the_end_of_the_whole_text() {
        let edit = Edit {
            positions: Some(vec![-1, 1]),
            ..edit(Site::ResidPre, How::Zero)
        };
        let plan = edit.plan(&[4, 3], 0, 4, None).unwrap();
        assert_eq!(plan.rank[0], [-1, 1, -1, 0]);
        // Only positions 2 and 3 are computed: position 1 lies in the reused prefix.
        let plan = edit.plan(&[2, 3], 2, 4, None).unwrap();
        assert_eq!(plan.rank[0], [-1, 0]);
    }

    #[test]
    fn what_is_not_there_cannot_be_selected() {
        let no_head = Edit {
            heads: Some(vec![2]),
            ..edit(Site::Z, How::Zero)
        };
        assert_eq!(
            no_head.plan(&[4, 2, 3], 0, 4, None).unwrap_err().code(),
            "bad-edit"
        );
        let headless = Edit {
            heads: Some(vec![0]),
            ..edit(Site::ResidPre, How::Zero)
        };
        assert_eq!(
            headless.plan(&[4, 3], 0, 4, None).unwrap_err().code(),
            "bad-edit"
        );
    }

    #[test]
    fn a_value_has_the_selected_shape_or_is_a_row() {
        let value = |shape: &[usize]| Edit {
            heads: Some(vec![1]),
            value: Some(EditValue::Tensor(HostTensor::zeros(shape))),
            ..edit(Site::Z, How::Add)
        };
        let planned = |shape: &[usize]| value(shape).plan(&[4, 2, 3], 0, 4, None);
        assert_eq!(planned(&[4, 1, 3]).unwrap().value.shape(), [4, 1, 3]);
        assert_eq!(planned(&[3]).unwrap().value.shape(), [1, 1, 3]);
        assert_eq!(planned(&[4, 2, 3]).unwrap_err().code(), "bad-edit");
    }

    #[test]
    fn the_mean_is_taken_at_the_same_places() {
        let mean = HostTensor::new([6, 2, 1], (0..12).map(|x| x as f32).collect()).unwrap();
        let edit = Edit {
            heads: Some(vec![1]),
            ..edit(Site::Z, How::Mean)
        };
        let plan = edit.plan(&[2, 2, 1], 3, 5, Some(&mean)).unwrap();
        assert_eq!(plan.value.data(), [7.0, 9.0]);
        assert!(edit.plan(&[2, 2, 1], 0, 2, None).is_err());
    }
}
