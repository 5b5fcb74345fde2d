//! Eight numbers side by side: one row of a panel, and the unit of the tiled product.
//!
//! Product and sum are rounded separately everywhere, never fused, so that all machines agree.

pub(crate) use lanes::Eight;

/// How many numbers an [`Eight`] holds.
pub(crate) const LANES: usize = 8;

#[cfg(target_arch = "wasm32")]
mod lanes {
    use core::arch::wasm32::{
        f32x4_add, f32x4_mul, f32x4_splat, v128, v128_load, v128_load32_splat, v128_store,
    };

    /// Two `simd128` registers.
    #[derive(Clone, Copy, Debug)]
    #[repr(C, align(32))]
    pub(crate) struct Eight(v128, v128);

    impl Eight {
        #[inline(always)]
        pub(crate) fn zero() -> Self {
            Self(f32x4_splat(0.0), f32x4_splat(0.0))
        }

        #[inline(always)]
        pub(crate) fn load(numbers: &[f32; 8]) -> Self {
            let start = numbers.as_ptr();
            // SAFETY: eight numbers stand there; loads need no alignment.
            unsafe { Self(v128_load(start.cast()), v128_load(start.add(4).cast())) }
        }

        #[inline(always)]
        pub(crate) fn store(self, numbers: &mut [f32; 8]) {
            let start = numbers.as_mut_ptr();
            // SAFETY: eight numbers stand there; stores need no alignment.
            unsafe {
                v128_store(start.cast(), self.0);
                v128_store(start.add(4).cast(), self.1);
            }
        }

        /// `self + a · b`
        #[inline(always)]
        pub(crate) fn add_product(self, a: &f32, b: Self) -> Self {
            // SAFETY: a reference to an `f32` is valid for four bytes. One load that repeats the
            // number in all lanes costs no arithmetic port, a shuffle would.
            let a = unsafe { v128_load32_splat((a as *const f32).cast()) };
            Self(
                f32x4_add(self.0, f32x4_mul(a, b.0)),
                f32x4_add(self.1, f32x4_mul(a, b.1)),
            )
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod lanes {
    use std::array::from_fn;

    /// What the compiler turns into one AVX or two SSE or NEON registers.
    #[derive(Clone, Copy, Debug)]
    #[repr(C, align(32))]
    pub(crate) struct Eight([f32; 8]);

    impl Eight {
        #[inline(always)]
        pub(crate) fn zero() -> Self {
            Self([0.0; 8])
        }

        #[inline(always)]
        pub(crate) fn load(numbers: &[f32; 8]) -> Self {
            Self(*numbers)
        }

        #[inline(always)]
        pub(crate) fn store(self, numbers: &mut [f32; 8]) {
            *numbers = self.0;
        }

        /// `self + a · b`
        #[inline(always)]
        pub(crate) fn add_product(self, a: &f32, b: Self) -> Self {
            Self(from_fn(|lane| self.0[lane] + a * b.0[lane]))
        }
    }
}
