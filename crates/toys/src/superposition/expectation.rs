//! Expected losses without sampling: squares of piecewise linear functions of numbers uniform on [0, 1].

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

/// ∫₀¹ inner(a, d·z + c) dz. Between the points where the kink of `inner` enters or leaves [0, 1] the
/// integrand is a cubic in z, for which three points of Gauss and Legendre are exact.
fn over_second(a: f64, d: f64, c: f64, inner: fn(f64, f64) -> f64) -> f64 {
    let root = (3.0f64 / 5.0).sqrt();
    let rule = [(-root, 5.0 / 18.0), (0.0, 8.0 / 18.0), (root, 5.0 / 18.0)];
    let kink = |at: f64| {
        let z = (at - c) / d;
        if z > 0.0 && z < 1.0 { z } else { 0.0 }
    };
    let (one, two) = (kink(0.0), kink(-a));
    let ends = [0.0, one.min(two), one.max(two), 1.0];
    let mut total = 0.0;
    for pair in ends.windows(2) {
        let (middle, half) = ((pair[0] + pair[1]) / 2.0, (pair[1] - pair[0]) / 2.0);
        for (at, weight) in rule {
            total += 2.0 * half * weight * inner(a, d * (middle + half * at) + c);
        }
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
}
