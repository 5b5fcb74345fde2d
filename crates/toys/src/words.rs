//! Eight counters of Threefry side by side: the same words as
//! [`glasshouse_tensor::random::threefry`], one lane per counter.

use glasshouse_tensor::random::threefry_keys;
pub(crate) use lanes::Words;

/// An odd number near 2³²/φ: its multiples spread evenly over 2³² (Knuth, volume 3, section 6.4).
const SPREAD: u32 = 0x9E37_79B9;

/// What is added before rounds 0, 4, 8 and 12.
#[derive(Debug, Clone)]
pub(crate) struct Keys([[u32; 4]; 4]);

impl Keys {
    pub(crate) fn new(seed: u32, stream: u32) -> Self {
        Self(threefry_keys([seed, stream, 0, 0]))
    }
}

/// Four words for each of the counters `[first + lane, b, c, 0]`; word `j` of all lanes is entry `j`.
#[inline(always)]
pub(crate) fn threefry_eight(first: u32, b: u32, c: u32, keys: &Keys) -> [Words; 4] {
    let mut words = [
        Words::counting(first),
        Words::splat(&b),
        Words::splat(&c),
        Words::splat(&0),
    ];
    words = add_key(words, &keys.0[0]);
    words = four_rounds::<0>(words);
    words = add_key(words, &keys.0[1]);
    words = four_rounds::<4>(words);
    words = add_key(words, &keys.0[2]);
    words = four_rounds::<0>(words);
    words = add_key(words, &keys.0[3]);
    let [a, b, c, d] = words;
    let (a, b) = mix::<6, 26>(a, b);
    let (c, d) = mix::<20, 12>(c, d);
    [a, b, c, d]
}

#[inline(always)]
fn add_key(words: [Words; 4], key: &[u32; 4]) -> [Words; 4] {
    let [a, b, c, d] = words;
    [
        a.add(Words::splat(&key[0])),
        b.add(Words::splat(&key[1])),
        c.add(Words::splat(&key[2])),
        d.add(Words::splat(&key[3])),
    ]
}

/// Four rounds from round `FROM` on, 0 or 4: turns must be known when this is compiled.
#[inline(always)]
fn four_rounds<const FROM: usize>(words: [Words; 4]) -> [Words; 4] {
    let [a, b, c, d] = words;
    if FROM == 0 {
        let ((a, b), (c, d)) = (mix::<10, 22>(a, b), mix::<26, 6>(c, d));
        let ((a, d), (c, b)) = (mix::<11, 21>(a, d), mix::<21, 11>(c, b));
        let ((a, b), (c, d)) = (mix::<13, 19>(a, b), mix::<27, 5>(c, d));
        let ((a, d), (c, b)) = (mix::<23, 9>(a, d), mix::<5, 27>(c, b));
        [a, b, c, d]
    } else {
        let ((a, b), (c, d)) = (mix::<6, 26>(a, b), mix::<20, 12>(c, d));
        let ((a, d), (c, b)) = (mix::<17, 15>(a, d), mix::<11, 21>(c, b));
        let ((a, b), (c, d)) = (mix::<25, 7>(a, b), mix::<10, 22>(c, d));
        let ((a, d), (c, b)) = (mix::<18, 14>(a, d), mix::<20, 12>(c, b));
        [a, b, c, d]
    }
}

/// x + y, and y turned left by `LEFT` = 32 − `RIGHT`, ⊕ x + y.
#[inline(always)]
fn mix<const LEFT: u32, const RIGHT: u32>(x: Words, y: Words) -> (Words, Words) {
    let x = x.add(y);
    (x, y.turn::<LEFT, RIGHT>().xor(x))
}

/// Which words switch a feature on: `first ≤ word ≤ first + length`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gate {
    pub(crate) first: u32,
    pub(crate) length: u32,
}

/// Where `gate` lets `by` through, a number made of `of`; else 0. All steps are exact: the number is
/// the top 24 bits of `of · SPREAD` over 2²⁴, in [0, 1); with `signed`, the top 25 less 2²⁴, in [−1, 1).
#[inline(always)]
pub(crate) fn gated(gate: Gate, by: Words, of: Words, signed: bool) -> [f32; 8] {
    let spread = of.multiply(SPREAD);
    let numbers = if signed {
        spread.shift_right::<7>().less(1 << 24)
    } else {
        spread.shift_right::<8>()
    };
    numbers.over_2_24_where(by.less(gate.first), gate.length)
}

#[cfg(target_arch = "wasm32")]
mod lanes {
    use core::arch::wasm32::*;

    /// Eight `u32`: two `simd128` registers.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Words(v128, v128);

    #[inline(always)]
    fn turn<const LEFT: u32, const RIGHT: u32>(x: v128) -> v128 {
        v128_or(i32x4_shl(x, LEFT), u32x4_shr(x, RIGHT))
    }

    #[inline(always)]
    fn over_2_24_where(x: v128, by: v128, length: v128) -> v128 {
        let scaled = f32x4_mul(f32x4_convert_i32x4(x), f32x4_splat(1.0 / (1 << 24) as f32));
        v128_and(scaled, u32x4_le(by, length))
    }

    impl Words {
        #[inline(always)]
        pub(crate) fn splat(x: &u32) -> Self {
            // SAFETY: a reference to a `u32` is valid for four bytes.
            let x = unsafe { v128_load32_splat((x as *const u32).cast()) };
            Self(x, x)
        }

        /// `first`, `first + 1`, …
        #[inline(always)]
        pub(crate) fn counting(first: u32) -> Self {
            let x = u32x4_splat(first);
            Self(
                i32x4_add(x, u32x4(0, 1, 2, 3)),
                i32x4_add(x, u32x4(4, 5, 6, 7)),
            )
        }

        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0), i32x4_add(self.1, other.1))
        }

        /// Turned left by `LEFT` = 32 − `RIGHT`.
        #[inline(always)]
        pub(crate) fn turn<const LEFT: u32, const RIGHT: u32>(self) -> Self {
            Self(turn::<LEFT, RIGHT>(self.0), turn::<LEFT, RIGHT>(self.1))
        }

        #[inline(always)]
        pub(crate) fn multiply(self, by: u32) -> Self {
            let by = u32x4_splat(by);
            Self(i32x4_mul(self.0, by), i32x4_mul(self.1, by))
        }

        #[inline(always)]
        pub(crate) fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0), v128_xor(self.1, other.1))
        }

        #[inline(always)]
        pub(crate) fn shift_right<const BITS: u32>(self) -> Self {
            Self(u32x4_shr(self.0, BITS), u32x4_shr(self.1, BITS))
        }

        #[inline(always)]
        pub(crate) fn less(self, x: u32) -> Self {
            let x = u32x4_splat(x);
            Self(i32x4_sub(self.0, x), i32x4_sub(self.1, x))
        }

        /// `self` as whole numbers with a sign, over 2²⁴, where `by ≤ length`; else 0.
        #[inline(always)]
        pub(crate) fn over_2_24_where(self, by: Self, length: u32) -> [f32; 8] {
            let length = u32x4_splat(length);
            let mut numbers = [0.0; 8];
            let start = numbers.as_mut_ptr();
            // SAFETY: eight numbers stand there; stores need no alignment.
            unsafe {
                v128_store(start.cast(), over_2_24_where(self.0, by.0, length));
                v128_store(start.add(4).cast(), over_2_24_where(self.1, by.1, length));
            }
            numbers
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod lanes {
    use std::array::from_fn;

    /// Eight `u32`.
    #[derive(Clone, Copy, Debug)]
    #[repr(C, align(32))]
    pub(crate) struct Words(pub(crate) [u32; 8]);

    impl Words {
        #[inline(always)]
        pub(crate) fn splat(x: &u32) -> Self {
            Self([*x; 8])
        }

        /// `first`, `first + 1`, …
        #[inline(always)]
        pub(crate) fn counting(first: u32) -> Self {
            Self(from_fn(|lane| first.wrapping_add(lane as u32)))
        }

        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(from_fn(|lane| self.0[lane].wrapping_add(other.0[lane])))
        }

        /// Turned left by `LEFT` = 32 − `RIGHT`.
        #[inline(always)]
        pub(crate) fn turn<const LEFT: u32, const RIGHT: u32>(self) -> Self {
            Self(self.0.map(|x| x << LEFT | x >> RIGHT))
        }

        #[inline(always)]
        pub(crate) fn multiply(self, by: u32) -> Self {
            Self(self.0.map(|x| x.wrapping_mul(by)))
        }

        #[inline(always)]
        pub(crate) fn xor(self, other: Self) -> Self {
            Self(from_fn(|lane| self.0[lane] ^ other.0[lane]))
        }

        #[inline(always)]
        pub(crate) fn shift_right<const BITS: u32>(self) -> Self {
            Self(self.0.map(|x| x >> BITS))
        }

        #[inline(always)]
        pub(crate) fn less(self, x: u32) -> Self {
            Self(self.0.map(|y| y.wrapping_sub(x)))
        }

        /// `self` as whole numbers with a sign, over 2²⁴, where `by ≤ length`; else 0.
        #[inline(always)]
        pub(crate) fn over_2_24_where(self, by: Self, length: u32) -> [f32; 8] {
            from_fn(|lane| {
                let number = self.0[lane] as i32 as f32 * (1.0 / (1 << 24) as f32);
                if by.0[lane] <= length { number } else { 0.0 }
            })
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use glasshouse_tensor::random::threefry;

    use super::*;

    #[test]
    fn eight_counters_give_the_words_of_one_after_the_other() {
        let words = threefry_eight(u32::MAX - 2, 3, 99, &Keys::new(0x8000_0001, 7));
        for lane in 0..8u32 {
            let counter = [(u32::MAX - 2).wrapping_add(lane), 3, 99, 0];
            assert_eq!(
                words.map(|word| word.0[lane as usize]),
                threefry(counter, [0x8000_0001, 7, 0, 0])
            );
        }
    }

    #[test]
    fn a_gate_lets_exactly_its_words_through() {
        let gate = Gate {
            first: 10,
            length: 2,
        };
        let by = Words([9, 10, 11, 12, 13, 0, u32::MAX, 1 << 31]);
        let of = Words([1; 8]);
        let value = (SPREAD >> 8) as f32 / (1 << 24) as f32;
        let on = gated(gate, by, of, false).map(|x| x == value);
        assert_eq!(on, [false, true, true, true, false, false, false, false]);
        let signed = gated(gate, by, of, true)[1];
        let whole = (SPREAD >> 7) as i32 - (1 << 24);
        assert_eq!(signed, whole as f32 / (1 << 24) as f32);
    }
}
