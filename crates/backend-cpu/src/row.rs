//! Loops over one row, eight numbers a turn.

use crate::eight::{Eight, LANES};

/// Numbers that are copied at once: 8 KiB.
const BLOCK: usize = 2048;

/// Replaces every number by its image.
#[inline(always)]
pub(crate) fn map(row: &mut [f32], image: impl Fn(Eight) -> Eight) {
    let (eights, rest) = row.as_chunks_mut::<LANES>();
    for eight in eights {
        image(Eight::load(eight)).store(eight);
    }
    if !rest.is_empty() {
        image(Eight::load_part(rest, 0.0)).store_part(rest);
    }
}

/// The image of every number. What has been copied is still in the nearest cache when it is replaced.
#[inline(always)]
pub(crate) fn mapped(numbers: &[f32], image: impl Fn(Eight) -> Eight + Copy) -> Vec<f32> {
    let mut images = Vec::with_capacity(numbers.len());
    for block in numbers.chunks(BLOCK) {
        let start = images.len();
        images.extend_from_slice(block);
        map(&mut images[start..], image);
    }
    images
}

/// `Σ term(x)`. Element `i` goes to lane `i mod 8`, so terms of zero at the end change no bit.
#[inline(always)]
pub(crate) fn sum(row: &[f32], term: impl Fn(Eight) -> Eight) -> f32 {
    let mut sums = Eight::splat(0.0);
    let (eights, rest) = row.as_chunks::<LANES>();
    for eight in eights {
        sums = sums + term(Eight::load(eight));
    }
    if !rest.is_empty() {
        let mut terms = [0.0; LANES];
        term(Eight::load_part(rest, 0.0)).store(&mut terms);
        sums = sums + Eight::load_part(&terms[..rest.len()], 0.0);
    }
    sums.total()
}

/// The largest number; NaN is passed over.
#[inline(always)]
pub(crate) fn max(row: &[f32]) -> f32 {
    let mut largest = Eight::splat(f32::NEG_INFINITY);
    let (eights, rest) = row.as_chunks::<LANES>();
    for eight in eights {
        largest = largest.at_least(Eight::load(eight));
    }
    largest = largest.at_least(Eight::load_part(rest, f32::NEG_INFINITY));
    let mut lanes = [0.0; LANES];
    largest.store(&mut lanes);
    // Not `f32::max`, which is a call.
    lanes
        .into_iter()
        .fold(f32::NEG_INFINITY, |a, x| if a < x { x } else { a })
}

/// Length of the row without the run of `hole` at its end.
#[inline(always)]
pub(crate) fn length_before(row: &[f32], hole: f32) -> usize {
    let mut length = row.len();
    while let Some(eight) = row[..length].last_chunk::<LANES>() {
        if eight.iter().any(|&x| x != hole) {
            break;
        }
        length -= LANES;
    }
    row[..length]
        .iter()
        .rposition(|&x| x != hole)
        .map_or(0, |last| last + 1)
}
