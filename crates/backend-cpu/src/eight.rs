//! Eight numbers side by side: one row of a panel, and the unit of every hot loop.
//!
//! Written out rather than left to the compiler, which does not vectorise what is built for size.
//! Product and sum are rounded separately, never fused, so that all machines agree to the last bit.

pub use lanes::Eight;

/// How many numbers an [`Eight`] holds.
pub(crate) const LANES: usize = 8;

impl Eight {
    /// At most seven numbers, with `filler` behind them.
    #[inline(always)]
    pub fn load_part(numbers: &[f32], filler: f32) -> Self {
        let mut eight = [filler; LANES];
        copy_part(numbers, &mut eight);
        Self::load(&eight)
    }

    /// Stores as many of the first seven as there is room for.
    #[inline(always)]
    pub fn store_part(self, numbers: &mut [f32]) {
        let mut eight = [0.0; LANES];
        self.store(&mut eight);
        copy_part(&eight[..numbers.len()], numbers);
    }

    /// The sum of the eight, in one fixed order.
    #[inline(always)]
    pub fn total(self) -> f32 {
        let mut eight = [0.0; LANES];
        self.store(&mut eight);
        let [a, b, c, d, e, f, g, h] = eight;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}

/// Copies at most seven numbers to the front of `to`, in steps of fixed length: a copy of unknown
/// length is a call out of WebAssembly, which takes longer than the arithmetic around it.
#[inline(always)]
fn copy_part(from: &[f32], to: &mut [f32]) {
    let mut at = 0;
    if from.len() & 4 != 0 {
        to[..4].copy_from_slice(&from[..4]);
        at = 4;
    }
    if from.len() & 2 != 0 {
        to[at..at + 2].copy_from_slice(&from[at..at + 2]);
        at += 2;
    }
    if from.len() & 1 != 0 {
        to[at] = from[at];
    }
}

#[cfg(target_arch = "wasm32")]
mod lanes {
    use core::arch::wasm32::{
        f32x4_add, f32x4_div, f32x4_gt, f32x4_lt, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat,
        f32x4_sub, i32x4_add, i32x4_shl, i32x4_splat, v128, v128_and, v128_any_true,
        v128_bitselect, v128_load, v128_load32_splat, v128_or, v128_store,
    };
    use std::ops::{Add, Div, Mul, Sub};

    /// Two `simd128` registers.
    #[derive(Clone, Copy, Debug)]
    #[repr(C, align(32))]
    pub struct Eight(v128, v128);

    impl Eight {
        /// The same number eight times.
        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self(f32x4_splat(x), f32x4_splat(x))
        }

        /// Eight numbers.
        #[inline(always)]
        pub fn load(numbers: &[f32; 8]) -> Self {
            let start = numbers.as_ptr();
            // SAFETY: eight numbers stand there; loads need no alignment.
            unsafe { Self(v128_load(start.cast()), v128_load(start.add(4).cast())) }
        }

        /// Writes the eight.
        #[inline(always)]
        pub fn store(self, numbers: &mut [f32; 8]) {
            let start = numbers.as_mut_ptr();
            // SAFETY: eight numbers stand there; stores need no alignment.
            unsafe {
                v128_store(start.cast(), self.0);
                v128_store(start.add(4).cast(), self.1);
            }
        }

        /// `self + a · b`
        #[inline(always)]
        pub fn add_product(self, a: &f32, b: Self) -> Self {
            // SAFETY: a reference to an `f32` is valid for four bytes. One load that repeats the
            // number in all lanes costs no arithmetic port, a shuffle would.
            let a = unsafe { v128_load32_splat((a as *const f32).cast()) };
            Self(
                f32x4_add(self.0, f32x4_mul(a, b.0)),
                f32x4_add(self.1, f32x4_mul(a, b.1)),
            )
        }

        /// `bound` where `self` is below it; NaN stays.
        #[inline(always)]
        pub fn at_least(self, bound: Self) -> Self {
            Self(f32x4_pmax(self.0, bound.0), f32x4_pmax(self.1, bound.1))
        }

        /// `bound` where `self` is above it; NaN stays.
        #[inline(always)]
        pub fn at_most(self, bound: Self) -> Self {
            Self(f32x4_pmin(self.0, bound.0), f32x4_pmin(self.1, bound.1))
        }

        /// `then` where `a < b`, `self` elsewhere.
        #[inline(always)]
        pub fn replace_where_less(self, a: Self, b: Self, then: Self) -> Self {
            Self(
                v128_bitselect(then.0, self.0, f32x4_lt(a.0, b.0)),
                v128_bitselect(then.1, self.1, f32x4_lt(a.1, b.1)),
            )
        }

        /// Whether any number is above its `bound`; NaN is not.
        #[inline(always)]
        pub fn any_above(self, bound: Self) -> bool {
            v128_any_true(v128_or(
                f32x4_gt(self.0, bound.0),
                f32x4_gt(self.1, bound.1),
            ))
        }

        /// `self` where `x` is above `bound`, 0 elsewhere.
        #[inline(always)]
        pub fn only_where_above(self, x: Self, bound: Self) -> Self {
            Self(
                v128_and(self.0, f32x4_gt(x.0, bound.0)),
                v128_and(self.1, f32x4_gt(x.1, bound.1)),
            )
        }

        /// 2ⁿ for the whole number n that stands in the lowest bits of `self`.
        #[inline(always)]
        pub fn power_of_two(self) -> Self {
            let one = i32x4_splat(1.0f32.to_bits() as i32);
            Self(
                i32x4_add(i32x4_shl(self.0, 23), one),
                i32x4_add(i32x4_shl(self.1, 23), one),
            )
        }
    }

    macro_rules! lanewise {
        ($($operator:ident $method:ident $instruction:ident;)*) => { $(
            impl $operator for Eight {
                type Output = Self;
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    Self($instruction(self.0, other.0), $instruction(self.1, other.1))
                }
            }
        )* };
    }
    lanewise! {
        Add add f32x4_add;
        Sub sub f32x4_sub;
        Mul mul f32x4_mul;
        Div div f32x4_div;
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod lanes {
    use std::array::from_fn;
    use std::ops::{Add, Div, Mul, Sub};

    /// What the compiler turns into one AVX or two SSE or NEON registers.
    #[derive(Clone, Copy, Debug)]
    #[repr(C, align(32))]
    pub struct Eight([f32; 8]);

    impl Eight {
        /// The same number eight times.
        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self([x; 8])
        }

        /// Eight numbers.
        #[inline(always)]
        pub fn load(numbers: &[f32; 8]) -> Self {
            Self(*numbers)
        }

        /// Writes the eight.
        #[inline(always)]
        pub fn store(self, numbers: &mut [f32; 8]) {
            *numbers = self.0;
        }

        /// `self + a · b`
        #[inline(always)]
        pub fn add_product(self, a: &f32, b: Self) -> Self {
            Self(from_fn(|lane| self.0[lane] + a * b.0[lane]))
        }

        /// `bound` where `self` is below it; NaN stays.
        #[inline(always)]
        pub fn at_least(self, bound: Self) -> Self {
            self.replace_where_less(self, bound, bound)
        }

        /// `bound` where `self` is above it; NaN stays.
        #[inline(always)]
        pub fn at_most(self, bound: Self) -> Self {
            self.replace_where_less(bound, self, bound)
        }

        /// `then` where `a < b`, `self` elsewhere.
        #[inline(always)]
        pub fn replace_where_less(self, a: Self, b: Self, then: Self) -> Self {
            let choose = |lane: usize| {
                if a.0[lane] < b.0[lane] {
                    then.0[lane]
                } else {
                    self.0[lane]
                }
            };
            Self(from_fn(choose))
        }

        /// Whether any number is above its `bound`; NaN is not.
        #[inline(always)]
        pub fn any_above(self, bound: Self) -> bool {
            (0..8).fold(false, |any, lane| any | (self.0[lane] > bound.0[lane]))
        }

        /// `self` where `x` is above `bound`, 0 elsewhere.
        #[inline(always)]
        pub fn only_where_above(self, x: Self, bound: Self) -> Self {
            Self(from_fn(|lane| {
                if x.0[lane] > bound.0[lane] {
                    self.0[lane]
                } else {
                    0.0
                }
            }))
        }

        /// 2ⁿ for the whole number n that stands in the lowest bits of `self`.
        #[inline(always)]
        pub fn power_of_two(self) -> Self {
            let one = 1.0f32.to_bits();
            Self(
                self.0
                    .map(|n| f32::from_bits((n.to_bits() << 23).wrapping_add(one))),
            )
        }
    }

    macro_rules! lanewise {
        ($($operator:ident $method:ident $sign:tt;)*) => { $(
            impl $operator for Eight {
                type Output = Self;
                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    Self(from_fn(|lane| self.0[lane] $sign other.0[lane]))
                }
            }
        )* };
    }
    lanewise! {
        Add add +;
        Sub sub -;
        Mul mul *;
        Div div /;
    }
}
