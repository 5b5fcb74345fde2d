//! Sorting, compiled once. The standard library's sort is compiled anew for every type and every
//! comparison, some eight kilobytes each, which readers would have to load.

/// Sorts numbers from the smallest to the largest, in the total order of `f64`.
#[inline(never)]
pub fn sort(numbers: &mut [f64]) {
    numbers.sort_unstable_by(f64::total_cmp);
}

/// Indices of `numbers` from the largest number to the smallest; of equal numbers the first comes first.
#[inline(never)]
pub fn ranked(numbers: &[f32]) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..numbers.len()).collect();
    indices.sort_unstable_by(|&a, &b| numbers[b].total_cmp(&numbers[a]).then(a.cmp(&b)));
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_from_large_to_small_and_ties_by_index() {
        assert_eq!(ranked(&[1.0, 3.0, -2.0, 3.0, 0.5]), [1, 3, 0, 4, 2]);
        assert!(ranked(&[]).is_empty());
    }

    #[test]
    fn sorts_from_small_to_large() {
        let mut numbers = [2.0, f64::INFINITY, -1.0, 0.0];
        sort(&mut numbers);
        assert_eq!(numbers, [-1.0, 0.0, 2.0, f64::INFINITY]);
    }
}
