use std::cmp::Reverse;
use std::collections::BinaryHeap;

use glasshouse_tensor::{MOST_TOP, Result};

use super::misfit;
use crate::{
    CpuTensor,
    eight::{Eight, LANES},
    row::max,
};

/// Widest row whose indices are all exact in f32.
const WIDEST: usize = 1 << 24;
/// Where blocks would be shorter than this, the bound is not worth its search.
const SHORTEST_BLOCK: usize = 16;

/// The `k` largest numbers of every row of `x` `[pos, width]` and their indices → `[pos, 2, k]`.
#[inline(never)]
pub(crate) fn top_k(x: &CpuTensor, k: usize) -> Result<CpuTensor> {
    let &[pos, width] = x.shape() else {
        return Err(misfit("top_k", &[x]));
    };
    if k == 0 || k > width.min(MOST_TOP) || width > WIDEST {
        return Err(misfit("top_k", &[x]));
    }
    let numbers = x.numbers()?;
    let mut top = vec![0.0; pos * 2 * k];
    for (row, top) in numbers.chunks_exact(width).zip(top.chunks_exact_mut(2 * k)) {
        let (values, indices) = top.split_at_mut(k);
        for (place, index) in top_of_row(row, k).into_iter().enumerate() {
            values[place] = row[index];
            indices[place] = index as f32;
        }
    }
    CpuTensor::new(&[pos, 2, k], top)
}

/// Indices of the `k` largest, largest first. A heap keeps the best so far with the worst of them on
/// top; eight numbers at a time are passed over where none can be among the best, which is nearly always.
#[inline(never)]
fn top_of_row(row: &[f32], k: usize) -> Vec<usize> {
    let mut best: BinaryHeap<Reverse<u64>> = BinaryHeap::with_capacity(k);
    let mut bound = bound_of_blocks(row, k);
    let mut offer = |index: usize, bound: &mut f32| {
        let entry = Reverse(entry(row[index], index));
        if best.len() == k {
            if best.peek().is_some_and(|worst| entry >= *worst) {
                return;
            }
            best.pop();
        }
        best.push(entry);
        if best.len() == k {
            *bound = bound_of(&best, row);
        }
    };
    let (eights, rest) = row.as_chunks::<LANES>();
    for (place, eight) in eights.iter().enumerate() {
        // An equal number that comes later loses, so only what is above the bound counts.
        if bound.is_nan() || Eight::load(eight).any_above(Eight::splat(bound)) {
            let start = place * LANES;
            (start..start + LANES).for_each(|index| offer(index, &mut bound));
        }
    }
    (row.len() - rest.len()..row.len()).for_each(|index| offer(index, &mut bound));
    let sorted = best.into_sorted_vec().into_iter();
    sorted.map(|Reverse(entry)| index_of(entry)).collect()
}

/// A number that at least `k` are above, so that the heap is spared most of those that would come and
/// go: the smallest of the largest numbers of `k` blocks. NaN where none is known.
fn bound_of_blocks(row: &[f32], k: usize) -> f32 {
    if row.len() / k < SHORTEST_BLOCK {
        return f32::NAN;
    }
    let blocks = row.chunks_exact(row.len() / k);
    match blocks.map(max).fold(f32::INFINITY, f32::min) {
        f32::NEG_INFINITY => f32::NAN,
        least => least.next_down(),
    }
}

/// The smallest number among the best.
fn bound_of(best: &BinaryHeap<Reverse<u64>>, row: &[f32]) -> f32 {
    best.peek()
        .map_or(f32::NAN, |&Reverse(entry)| row[index_of(entry)])
}

/// A number and its index as one word that grows with the number and, among equals, falls with the index.
fn entry(x: f32, index: usize) -> u64 {
    let bits = (x + 0.0).to_bits(); // −0 becomes 0
    let rank = match (x.is_nan(), bits >> 31) {
        (true, _) => 0,
        (false, 0) => bits | 1 << 31,
        (false, _) => !bits,
    };
    u64::from(rank) << 32 | u64::from(!(index as u32))
}

fn index_of(entry: u64) -> usize {
    !(entry as u32) as usize
}
