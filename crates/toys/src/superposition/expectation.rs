//! Expected losses without sampling: squares of piecewise linear functions of numbers uniform on [0, 1].

use glasshouse_tensor::order;

/// ∫₀¹ relu(a·x + c)² dx
pub(crate) fn rectified_square(a: f64, c: f64) -> f64 {
    let Some((from, to)) = positive(a, c) else {
        return 0.0;
    };
    let antiderivative = |x: f64| x * (c * c + x * (a * c + x * a * a / 3.0));
    antiderivative(to) - antiderivative(from)
}

/// ∫₀¹ (x − relu(a·x + c))² dx
pub(crate) fn own_error(a: f64, c: f64) -> f64 {
    let Some((from, to)) = positive(a, c) else {
        return 1.0 / 3.0;
    };
    // Where the output is above 0 the error is (1 − a)·x − c, elsewhere it is x.
    let rest = 1.0 - a;
    let error = |x: f64| x * (c * c + x * (-rest * c + x * rest * rest / 3.0));
    let silent = |x: f64| x * x * x / 3.0;
    error(to) - error(from) + silent(from) + silent(1.0) - silent(to)
}

/// ∫₀¹∫₀¹ (x − relu(a·x + d·z + c))² dx dz
pub(crate) fn own_error_beside_one(a: f64, d: f64, c: f64) -> f64 {
    over_second(a, d, c, own_error)
}

/// ∫₀¹∫₀¹ relu(a·x + d·z + c)² dx dz
pub(crate) fn rectified_square_of_two(a: f64, d: f64, c: f64) -> f64 {
    over_second(a, d, c, rectified_square)
}

/// Where in [0, 1] a·x + c is above 0.
fn positive(a: f64, c: f64) -> Option<(f64, f64)> {
    let (at_0, at_1) = (c > 0.0, a + c > 0.0);
    match (at_0, at_1) {
        (true, true) => Some((0.0, 1.0)),
        (false, false) => None,
        (true, false) => Some((0.0, -c / a)),
        (false, true) => Some((-c / a, 1.0)),
    }
}

/// ∫₀¹∫₀¹∫₀¹ (x − relu(a·x + d·z + e·t + c))² dx dz dt
pub(crate) fn own_error_beside_two(a: f64, d: f64, e: f64, c: f64) -> f64 {
    let kinks = [0.0, -a, -d, -a - d];
    over_unit(e, c, kinks, |c| own_error_beside_one(a, d, c))
}

/// ∫₀¹ inner(a, d·z + c) dz
fn over_second(a: f64, d: f64, c: f64, inner: fn(f64, f64) -> f64) -> f64 {
    over_unit(d, c, [0.0, -a], |c| inner(a, c))
}

/// ∫₀¹ inner(d·z + c) dz, where `inner` is a polynomial of degree 5 at most between its `kinks`: there
/// three points of Gauss and Legendre are exact.
fn over_unit<const N: usize>(d: f64, c: f64, kinks: [f64; N], inner: impl Fn(f64) -> f64) -> f64 {
    let root = (3.0f64 / 5.0).sqrt();
    let rule = [(-root, 5.0 / 18.0), (0.0, 8.0 / 18.0), (root, 5.0 / 18.0)];
    // A kink outside of [0, 1], or none for d = 0, makes an empty piece.
    let mut ends = kinks
        .map(|kink| (kink - c) / d)
        .map(|z| if z > 0.0 && z < 1.0 { z } else { 0.0 });
    order::sort(&mut ends);
    let mut total = 0.0;
    let mut from = 0.0;
    for to in ends.into_iter().chain([1.0]) {
        let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
        if half > 0.0 {
            for (at, weight) in rule {
                total += 2.0 * half * weight * inner(d * (middle + half * at) + c);
            }
        }
        from = to;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrals_are_those_of_a_fine_grid() {
        let relu = |x: f64| x.max(0.0);
        let grid = 400;
        let at = |k: usize| (k as f64 + 0.5) / grid as f64;
        let mean = |f: &dyn Fn(f64, f64) -> f64| {
            let points = (0..grid).flat_map(|i| (0..grid).map(move |j| (at(i), at(j))));
            points.map(|(x, z)| f(x, z)).sum::<f64>() / (grid * grid) as f64
        };
        for (a, d, c) in [
            (1.0, -1.0, 0.0),
            (1.1, -0.9, 0.07),
            (0.4, 0.8, -0.3),
            (0.0, 0.5, -0.2),
            (-0.7, 0.0, 0.4),
            (0.0, 0.0, 0.1),
            (2.0, -3.0, 0.5),
        ] {
            for (exact, expected) in [
                (own_error(a, c), mean(&|x, _| (x - relu(a * x + c)).powi(2))),
                (
                    rectified_square(a, c),
                    mean(&|x, _| relu(a * x + c).powi(2)),
                ),
                (
                    own_error_beside_one(a, d, c),
                    mean(&|x, z| (x - relu(a * x + d * z + c)).powi(2)),
                ),
                (
                    rectified_square_of_two(a, d, c),
                    mean(&|x, z| relu(a * x + d * z + c).powi(2)),
                ),
            ] {
                assert!(
                    (exact - expected).abs() < 1e-5,
                    "{a} {d} {c}: {exact} {expected}"
                );
            }
        }
    }

    #[test]
    fn three_at_once_are_those_of_a_grid() {
        let relu = |x: f64| x.max(0.0);
        let grid = 80;
        let at = |k: usize| (k as f64 + 0.5) / f64::from(grid);
        for (a, d, e, c) in [
            (0.8, -0.4, -0.4, 0.1),
            (1.0, 0.6, -1.3, -0.2),
            (0.5, 0.0, 0.3, 0.0),
        ] {
            let mut total = 0.0;
            for i in 0..(grid * grid * grid) as usize {
                let (x, z, t) = (at(i % 80), at(i / 80 % 80), at(i / 6_400));
                total += (x - relu(a * x + d * z + e * t + c)).powi(2);
            }
            let (exact, expected) = (
                own_error_beside_two(a, d, e, c),
                total / f64::from(grid).powi(3),
            );
            assert!(
                (exact - expected).abs() < 5e-5,
                "{a} {d} {e} {c}: {exact} {expected}"
            );
        }
    }
}
