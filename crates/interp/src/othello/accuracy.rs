//! How well boards are read.

use serde::Serialize;

use super::probes::STATES;

/// Shares of squares that are read right, all squares and positions pooled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Accuracy {
    /// Of all squares.
    pub all: f64,
    /// Of those that truly hold a disc: nearly half of all squares are empty, which is easily seen.
    pub non_empty: f64,
    /// The mean over the three states of the share among squares truly in that state.
    pub balanced: f64,
}

/// Squares by their true state and whether they were read right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    seen: [u64; STATES],
    right: [u64; STATES],
}

impl Tally {
    /// Counts squares read as `read` that truly are in the states `truth`.
    pub fn count(&mut self, read: impl Iterator<Item = u8>, truth: &[u8]) {
        for (read, &truth) in read.zip(truth) {
            self.seen[usize::from(truth)] += 1;
            self.right[usize::from(truth)] += u64::from(read == truth);
        }
    }

    /// The shares; 0 where nothing was counted.
    pub fn accuracy(&self) -> Accuracy {
        let share = |states: &[usize]| {
            let sum = |of: &[u64; STATES]| states.iter().map(|&state| of[state]).sum::<u64>();
            sum(&self.right) as f64 / sum(&self.seen).max(1) as f64
        };
        Accuracy {
            all: share(&[0, 1, 2]),
            non_empty: share(&[1, 2]),
            balanced: (0..STATES).map(|state| share(&[state])).sum::<f64>() / STATES as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_shares_are_what_their_names_say() {
        let mut tally = Tally::default();
        tally.count([0, 0, 0, 1, 2].into_iter(), &[0, 0, 0, 1, 1]);
        tally.count([2].into_iter(), &[2]);
        let accuracy = tally.accuracy();
        assert!((accuracy.all - 5.0 / 6.0).abs() < 1e-12);
        assert!((accuracy.non_empty - 2.0 / 3.0).abs() < 1e-12);
        assert!((accuracy.balanced - 2.5 / 3.0).abs() < 1e-12);
    }
}
