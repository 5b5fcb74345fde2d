//! The control for head detectors: what heads with random weights of the same norm score on the
//! same text, at the same place in the same trained model.

use glasshouse_model::{Config, Weights};
use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Backend, HostTensor, Result, order};

use crate::detector::{Scores, Targets};

/// Random heads per layer: enough for a 95th percentile.
pub const DRAWS: usize = 64;

/// Random query and key maps for one layer, `[d_model, DRAWS·d_head]` each.
pub struct RandomHeads<B: Backend> {
    w_q: B::Tensor,
    w_k: B::Tensor,
}

impl<B: Backend> RandomHeads<B> {
    /// Draws [`DRAWS`] heads for one layer whose query and key maps have, head by head, the
    /// Frobenius norms `norm_q` and `norm_k`.
    ///
    /// # Errors
    /// Where the device refuses the weights.
    pub fn draw(
        backend: &B,
        config: &Config,
        layer: usize,
        norms: [f32; 2],
        seed: u64,
    ) -> Result<Self> {
        let draw_map = |which: u64, norm: f32| {
            let mut random = Stream::new(seed, (1 << 32) + 2 * layer as u64 + which);
            let (d_model, d_head) = (config.d_model, config.d_head);
            let mut map = HostTensor::zeros([d_model, DRAWS * d_head]);
            for number in map.data_mut() {
                *number = random.normal();
            }
            for head in 0..DRAWS {
                let start = |row: usize| (row * DRAWS + head) * d_head;
                let square: f64 = (0..d_model)
                    .flat_map(|row| &map.data()[start(row)..start(row) + d_head])
                    .map(|&x| f64::from(x).powi(2))
                    .sum();
                let factor = norm / (square.sqrt() as f32).max(f32::MIN_POSITIVE);
                for row in 0..d_model {
                    for number in &mut map.data_mut()[start(row)..start(row) + d_head] {
                        *number *= factor;
                    }
                }
            }
            backend.upload(&map)
        };
        Ok(Self {
            w_q: draw_map(0, norms[0])?,
            w_k: draw_map(1, norms[1])?,
        })
    }

    /// The 95th percentile of each score over the random heads, given the input of queries and keys
    /// `[pos, d_model]` of their layer.
    ///
    /// # Errors
    /// Failures of the device.
    pub async fn percentile_95(
        &self,
        backend: &B,
        config: &Config,
        input: &HostTensor,
        targets: &Targets,
    ) -> Result<Scores> {
        let positions = input.shape()[0];
        let by_head = [positions, DRAWS, config.d_head];
        let x = backend.upload(input)?;
        let project = |w| backend.reshape(&backend.linear(&x, w, None)?, &by_head);
        let (q, k) = (project(&self.w_q)?, project(&self.w_k)?);
        let scores = backend.attention_scores(&q, &k, config.attend)?;
        let pattern = backend.read(&[backend.softmax(&scores)?]).await?;
        let by_draw = targets.score(&pattern[0])?;
        Ok(Scores::from_kinds(|kind| {
            percentile(by_draw.iter().map(|scores| scores.of(kind)).collect(), 0.95)
        }))
    }
}

/// Mean Frobenius norm of the query and of the key maps of one layer's heads.
pub fn head_norms(weights: &Weights, config: &Config, layer: usize) -> [f32; 2] {
    ["W_Q", "W_K"].map(|part| {
        let name = format!("blocks.{layer}.attn.{part}");
        let Some((_, map)) = weights.iter().find(|(candidate, _)| *candidate == name) else {
            return 0.0;
        };
        let head = config.d_model * config.d_head;
        let norms = map.data().chunks_exact(head).map(|head| {
            let square: f64 = head.iter().map(|&x| f64::from(x).powi(2)).sum();
            square.sqrt()
        });
        (norms.sum::<f64>() / config.n_heads as f64) as f32
    })
}

/// The empirical quantile with linear interpolation between neighbours; 0 for no numbers.
pub fn percentile(mut numbers: Vec<f64>, share: f64) -> f64 {
    order::sort(&mut numbers);
    let Some(last) = numbers.len().checked_sub(1) else {
        return 0.0;
    };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    numbers[below] + (numbers[above] - numbers[below]) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_interpolate() {
        assert_eq!(
            percentile((0..=100).rev().map(f64::from).collect(), 0.95),
            95.0
        );
        assert_eq!(percentile(vec![1.0, 2.0], 0.5), 1.5);
        assert_eq!(percentile(vec![], 0.5), 0.0);
    }
}
