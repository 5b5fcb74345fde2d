//! What a dictionary is trained and measured on.

use glasshouse_tensor::random::Stream;
use glasshouse_tensor::{Error, Result};

use super::{Settings, add_scaled, dot};

/// Samples of a toy model behind each measurement.
const TOY_HELD_OUT: usize = 2048;
/// Streams of the seed.
const HELD_OUT_STREAM: u64 = 1 << 32;

/// Where inputs come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Rows `[row, d_in]` to train on, and others to measure on.
    Rows {
        /// For training.
        train: Vec<f32>,
        /// Of other texts.
        held_out: Vec<f32>,
    },
    /// Sums of known directions `[feature, d_in]`, each present with probability `density`, as much as a
    /// uniform number between 0 and 1 says: the hidden layer of a toy model of superposition.
    Toy {
        /// The true features.
        truth: Vec<f32>,
        /// How often each is on.
        density: f32,
    },
}

impl Source {
    /// # Errors
    /// [`Error::BadSettings`] where it does not fit the settings or is no number.
    pub(crate) fn check(&self, settings: &Settings) -> Result<()> {
        let width = settings.d_in;
        let parts: [&[f32]; 2] = match self {
            Self::Rows { train, held_out } => [train, held_out],
            Self::Toy { truth, density } => {
                if !(*density > 0.0 && *density <= 1.0) {
                    return Err(Error::BadSettings(format!(
                        "The density of the toy's features lies between 0 and 1, not at {density}."
                    )));
                }
                [truth, truth]
            }
        };
        for part in parts {
            if part.is_empty() || !part.len().is_multiple_of(width) {
                return Err(Error::BadSettings(format!(
                    "{} numbers are no rows of width {width}.",
                    part.len()
                )));
            }
            if part.iter().any(|x| !x.is_finite()) {
                return Err(Error::BadSettings(
                    "The inputs hold a number that is not finite.".into(),
                ));
            }
        }
        Ok(())
    }

    /// What is measured on.
    pub(crate) fn held_out(&self, settings: &Settings) -> Vec<f32> {
        match self {
            Self::Rows { held_out, .. } => held_out.clone(),
            Self::Toy { .. } => {
                let mut stream = Stream::new(settings.seed, HELD_OUT_STREAM);
                self.draw(TOY_HELD_OUT, settings.d_in, &mut stream)
            }
        }
    }

    /// `count` rows at random.
    pub(crate) fn draw(&self, count: usize, width: usize, stream: &mut Stream) -> Vec<f32> {
        let mut rows = Vec::with_capacity(count * width);
        for _ in 0..count {
            match self {
                Self::Rows { train, .. } => {
                    let row = stream.below((train.len() / width) as u32) as usize;
                    rows.extend_from_slice(&train[row * width..(row + 1) * width]);
                }
                Self::Toy { truth, density } => {
                    let start = rows.len();
                    rows.resize(start + width, 0.0);
                    for feature in truth.chunks_exact(width) {
                        let (present, strength) = (stream.uniform() < *density, stream.uniform());
                        if present {
                            add_scaled(&mut rows[start..], strength, feature);
                        }
                    }
                }
            }
        }
        rows
    }
}

/// The factor that makes ‖x‖² equal d_in on average; 1 where everything is 0.
pub(crate) fn scale_of(rows: &[f32], width: usize) -> f32 {
    let mean = dot(rows, rows) / (rows.len() / width) as f32;
    if mean > 0.0 {
        (width as f32 / mean).sqrt()
    } else {
        1.0
    }
}

/// The mean row.
pub(crate) fn mean_of(rows: &[f32], width: usize) -> Vec<f32> {
    let mut mean = vec![0.0; width];
    let share = width as f32 / rows.len() as f32;
    for row in rows.chunks_exact(width) {
        add_scaled(&mut mean, share, row);
    }
    mean
}
