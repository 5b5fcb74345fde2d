//! What the same measurement shows where nothing was learnt.

use glasshouse_tensor::order;
use glasshouse_tensor::random::Stream;
use serde::Serialize;

use super::geometry::Geometry;

/// Random vectors have a stream of their own.
const STREAM: u64 = 0x7261_6e64;

/// A number over many features and draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// 95th percentile.
    pub p95: f64,
}

/// What random directions show.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RandomControl {
    /// Dᵢ
    pub dimensionality: Spread,
    /// Σ_{j≠i} (Ŵᵢ · Wⱼ)²
    pub superposition: Spread,
}

/// n random unit vectors in m dimensions, `draws` times.
pub fn random(n: usize, m: usize, draws: usize, seed: u32) -> RandomControl {
    let mut stream = Stream::new(seed.into(), STREAM);
    let (mut dimensionality, mut superposition) = (Vec::new(), Vec::new());
    for _ in 0..draws {
        let mut w = vec![0.0; m * n];
        for i in 0..n {
            let v: Vec<f32> = (0..m).map(|_| stream.normal()).collect();
            let length = v
                .iter()
                .map(|x| x * x)
                .sum::<f32>()
                .sqrt()
                .max(f32::MIN_POSITIVE);
            for (k, x) in v.into_iter().enumerate() {
                w[k * n + i] = x / length;
            }
        }
        let geometry = Geometry::of(&w, n);
        dimensionality.extend(geometry.dimensionality);
        superposition.extend(geometry.superposition);
    }
    RandomControl {
        dimensionality: Spread::of(dimensionality),
        superposition: Spread::of(superposition),
    }
}

impl Spread {
    fn of(mut numbers: Vec<f64>) -> Self {
        order::sort(&mut numbers);
        let count = numbers.len().max(1) as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let square = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
        let at = (numbers.len() * 95 / 100).min(numbers.len().saturating_sub(1));
        Self {
            mean,
            sd: square.sqrt(),
            p95: numbers.get(at).copied().unwrap_or(f64::NAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_vectors_have_the_published_dimensionality() {
        for (n, m, mean, sd) in [(200, 20, 0.091, 0.008), (400, 30, 0.070, 0.004)] {
            let found = random(n, m, 10, 1).dimensionality;
            assert!((found.mean - mean).abs() < 1e-3, "{found:?}");
            assert!((found.sd - sd).abs() < 1e-3, "{found:?}");
            assert!(found.p95 > found.mean + found.sd && found.p95 < found.mean + 3.0 * found.sd);
        }
    }
}
