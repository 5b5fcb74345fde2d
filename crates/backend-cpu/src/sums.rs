//! Sums over a row in eight lanes, added up at the end in one fixed order.

use crate::eight::LANES;

/// `Σ term(x)` over the row. Element `i` goes to lane `i mod 8`, so terms of zero at the end change
/// no bit of the sum.
#[inline(always)]
pub(crate) fn sum(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let (eights, rest) = row.as_chunks::<LANES>();
    for eight in eights {
        for (lane, &x) in lanes.iter_mut().zip(eight) {
            *lane += term(x);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane += term(x);
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// Length of the row without the run of `hole` at its end.
#[inline(always)]
pub(crate) fn length_before(row: &[f32], hole: f32) -> usize {
    let mut length = row.len();
    while let Some(eight) = row[..length].last_chunk::<LANES>() {
        if eight.iter().fold(false, |seen, &x| seen | (x != hole)) {
            break;
        }
        length -= LANES;
    }
    row[..length]
        .iter()
        .rposition(|&x| x != hole)
        .map_or(0, |last| last + 1)
}
