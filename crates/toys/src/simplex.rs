//! The downhill simplex of Nelder and Mead (1965), for functions of a few numbers without slopes.

/// More than small smooth problems ever take.
const MOST_STEPS: usize = 2_000;
/// Values this close are the same.
const TOLERANCE: f64 = 1e-13;

/// A local minimum of `f` near `start`, first looked for at distance `size`, and its value.
pub(crate) fn minimum(f: &dyn Fn(&[f64]) -> f64, start: &[f64], size: f64) -> (Vec<f64>, f64) {
    let mut corners = vec![(f(start), start.to_vec())];
    for axis in 0..start.len() {
        let mut corner = start.to_vec();
        corner[axis] += size;
        corners.push((f(&corner), corner));
    }
    let last = start.len();
    for _ in 0..MOST_STEPS {
        sort(&mut corners);
        let (best, second_worst, worst) = (corners[0].0, corners[last - 1].0, corners[last].0);
        if worst - best <= TOLERANCE * best.abs().max(1e-3) {
            break;
        }
        let centre: Vec<f64> = (0..last)
            .map(|axis| corners[..last].iter().map(|(_, x)| x[axis]).sum::<f64>() / last as f64)
            .collect();
        // From the worst corner through the centre and beyond.
        let along = |t: f64| {
            let line = centre.iter().zip(&corners[last].1);
            let x: Vec<f64> = line.map(|(c, w)| c + t * (c - w)).collect();
            (f(&x), x)
        };
        let reflected = along(1.0);
        let next = if reflected.0 < best {
            let expanded = along(2.0);
            if expanded.0 < reflected.0 {
                expanded
            } else {
                reflected
            }
        } else if reflected.0 < second_worst {
            reflected
        } else {
            let contracted = along(if reflected.0 < worst { 0.5 } else { -0.5 });
            if contracted.0 < worst.min(reflected.0) {
                contracted
            } else {
                let best = corners[0].1.clone();
                for (value, corner) in &mut corners[1..] {
                    for (x, b) in corner.iter_mut().zip(&best) {
                        *x = (*x + b) / 2.0;
                    }
                    *value = f(corner);
                }
                continue;
            }
        };
        corners[last] = next;
    }
    sort(&mut corners);
    let (value, x) = corners.swap_remove(0);
    (x, value)
}

/// By value, by insertion: there are few corners, and mostly one is new.
fn sort(corners: &mut [(f64, Vec<f64>)]) {
    for last in 1..corners.len() {
        let mut at = last;
        while at > 0 && corners[at].0.total_cmp(&corners[at - 1].0).is_lt() {
            corners.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_rosenbrocks_valley() {
        let valley = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let (x, value) = minimum(&valley, &[-1.2, 1.0], 0.5);
        assert!(
            (x[0] - 1.0).abs() < 1e-5 && (x[1] - 1.0).abs() < 1e-5,
            "{x:?}"
        );
        assert!(value < 1e-10);
    }
}
