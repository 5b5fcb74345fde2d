//! The exponential and its kin as straight lines of arithmetic: no branch, no table, no call, so that
//! a loop over them vectorises on every target, and gives the same bits on all of them.

/// eˣ to about 2 units in the last place. Exactly 0 below −86, infinite above 88, NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    const LOWEST: f32 = -86.0;
    const HIGHEST: f32 = 88.0;
    // 1.5·2²³: adding it rounds to a whole number, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts, the first short enough that its product with a whole number is exact.
    const LN_2_HIGH: f32 = 0.693_359_375;
    const LN_2_LOW: f32 = -2.121_944_4e-4;

    // Comparisons rather than `clamp` and `max`: these let a NaN through.
    let within = if x < LOWEST { LOWEST } else { x };
    let within = if within > HIGHEST { HIGHEST } else { within };
    let rounded = within * std::f32::consts::LOG2_E + ROUND;
    let twos = rounded - ROUND;
    let r = within - twos * LN_2_HIGH - twos * LN_2_LOW;
    // Minimax polynomial of Cephes's `expf` on |r| ≤ ln 2 / 2.
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 5.0e-1;
    let p = p * (r * r) + r + 1.0;
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    let y = p * power;
    let y = if x < LOWEST { 0.0 } else { y };
    if x > HIGHEST { f32::INFINITY } else { y }
}

/// The error function to about 4 units in the last place; exactly ±1 where `f32` has nothing closer.
#[inline(always)]
pub(crate) fn erf(x: f32) -> f32 {
    // From here on 1 − erf is below half a unit in the last place of 1.
    const SATURATED: f32 = 3.92;
    let within = if x < -SATURATED { -SATURATED } else { x };
    let within = if within > SATURATED {
        SATURATED
    } else {
        within
    };
    let s = within * within;
    // The rational minimax approximation of Eigen and XLA.
    let p = -2.726_142_3e-10;
    let p = p * s + 2.770_681_4e-8;
    let p = p * s - 2.101_024e-6;
    let p = p * s - 5.692_506_3e-5;
    let p = p * s - 7.349_906_3e-4;
    let p = p * s - 2.954_599_8e-3;
    let p = p * s - 1.609_603_3e-2;
    let q = -1.456_607_2e-5;
    let q = q * s - 2.133_740_6e-4;
    let q = q * s - 1.682_827e-3;
    let q = q * s - 7.373_329e-3;
    let q = q * s - 1.426_473_9e-2;
    let y = within * p / q;
    let y = if x <= -SATURATED { -1.0 } else { y };
    if x >= SATURATED { 1.0 } else { y }
}

#[cfg(test)]
mod tests {
    use super::{erf, exp};

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
