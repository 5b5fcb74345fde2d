//! The exponential and its kin as straight lines of arithmetic, eight numbers at a time: no branch, no
//! table, no call, and the same bits on every machine.

use crate::eight::Eight;

/// eˣ to about 2 units in the last place. Exactly 0 below −86, infinite above 88, NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: Eight) -> Eight {
    // ln 2 in two parts, the first short enough that its product with a whole number is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let [lowest, highest] = [-86.0, 88.0].map(Eight::splat);
    // 1.5·2²³: adding it rounds to a whole number, which then stands in the lowest bits.
    let round = Eight::splat(12_582_912.0);

    let within = x.at_least(lowest).at_most(highest);
    let rounded = within * Eight::splat(std::f32::consts::LOG2_E) + round;
    let twos = rounded - round;
    let r = within - twos * Eight::splat(LN_2_HIGH) - twos * Eight::splat(LN_2_LOW);
    // Minimax polynomial of Cephes's `expf` on |r| ≤ ln 2 / 2.
    let p = polynomial(
        r,
        [
            1.987_569_1e-4,
            1.398_199_9e-3,
            8.333_452e-3,
            4.166_579_6e-2,
            1.666_666_5e-1,
            5.0e-1,
        ],
    );
    let y = (p * (r * r) + r + Eight::splat(1.0)) * rounded.power_of_two();
    y.replace_where_less(x, lowest, Eight::splat(0.0))
        .replace_where_less(highest, x, Eight::splat(f32::INFINITY))
}

/// The error function to about 4 units in the last place; exactly ±1 where `f32` has nothing closer.
#[inline(always)]
pub(crate) fn erf(x: Eight) -> Eight {
    // Beyond this 1 − erf is below half a unit in the last place of 1.
    let [low, high] = [-3.92, 3.92].map(Eight::splat);
    let within = x.at_least(low).at_most(high);
    let square = within * within;
    // The rational minimax approximation of Eigen and XLA.
    let p = polynomial(
        square,
        [
            -2.726_142_3e-10,
            2.770_681_4e-8,
            -2.101_024e-6,
            -5.692_506_3e-5,
            -7.349_906_3e-4,
            -2.954_6e-3,
            -1.609_603_3e-2,
        ],
    );
    let q = polynomial(
        square,
        [
            -1.456_607_2e-5,
            -2.133_740_6e-4,
            -1.682_827e-3,
            -7.373_329e-3,
            -1.426_473_9e-2,
        ],
    );
    (within * p / q)
        .replace_where_less(x, low, Eight::splat(-1.0))
        .replace_where_less(high, x, Eight::splat(1.0))
}

/// `c₀·xⁿ + c₁·xⁿ⁻¹ + … + cₙ`, by Horner's rule.
#[inline(always)]
fn polynomial<const TERMS: usize>(x: Eight, coefficients: [f32; TERMS]) -> Eight {
    let mut sum = Eight::splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = sum * x + Eight::splat(coefficient);
    }
    sum
}

#[cfg(test)]
mod tests {
    use crate::eight::{Eight, LANES};

    /// The function at one point, from a lane in the middle.
    fn one(f: impl Fn(Eight) -> Eight, x: f32) -> f32 {
        let mut eight = [0.5; LANES];
        eight[5] = x;
        f(Eight::load(&eight)).store(&mut eight);
        eight[5]
    }

    fn exp(x: f32) -> f32 {
        one(super::exp, x)
    }

    fn erf(x: f32) -> f32 {
        one(super::erf, x)
    }

    /// Points on [low, high], the ends included.
    fn grid(low: f32, high: f32) -> impl Iterator<Item = f32> {
        (0..=400_000).map(move |i| low + (high - low) * (i as f32 / 400_000.0))
    }

    #[test]
    fn exp_is_accurate_to_1e_7() {
        for x in grid(-86.0, 88.0).chain(grid(-1.0, 1.0)) {
            let exact = f64::from(x).exp();
            let error = ((f64::from(exp(x)) - exact) / exact).abs();
            assert!(error < 1.5e-7, "exp({x}): relative error {error:e}");
        }
    }

    #[test]
    fn exp_keeps_the_ends() {
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1000.0), 0.0);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn erf_is_accurate_to_5e_7() {
        for x in grid(-6.0, 6.0)
            .chain(grid(-0.01, 0.01))
            .filter(|&x| x != 0.0)
        {
            let exact = libm::erf(f64::from(x));
            let error = ((f64::from(erf(x)) - exact) / exact).abs();
            assert!(error < 5e-7, "erf({x}): relative error {error:e}");
        }
    }

    #[test]
    fn erf_keeps_the_ends() {
        assert_eq!(erf(f32::INFINITY), 1.0);
        assert_eq!(erf(f32::NEG_INFINITY), -1.0);
        assert_eq!(erf(0.0), 0.0);
        assert!(erf(f32::NAN).is_nan());
    }
}
