//! Counter-based generators: Philox 4×32 with ten rounds (Salmon, Moraes, Dror and Shaw, "Parallel
//! random numbers: as easy as 1, 2, 3", 2011). A number depends only on seed, stream and counter, so
//! it is the same on every machine, in every order, on every thread.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Four random words for one `counter` under one `key`.
pub fn philox(counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    let [mut a, mut b, mut c, mut d] = counter;
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let first = u64::from(MULTIPLIERS[0]) * u64::from(a);
        let second = u64::from(MULTIPLIERS[1]) * u64::from(c);
        (a, b, c, d) = (
            (second >> 32) as u32 ^ b ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ d ^ key[1],
            first as u32,
        );
    }
    [a, b, c, d]
}

/// Rounds of [`threefry`].
pub const THREEFRY_ROUNDS: usize = 13;
/// How far its words turn, in round after round: the first and the second pair.
pub const THREEFRY_TURNS: [[u32; 2]; 8] = [
    [10, 26],
    [11, 21],
    [13, 27],
    [23, 5],
    [6, 20],
    [17, 11],
    [25, 10],
    [18, 20],
];

/// What [`threefry`] adds before rounds 0, 4, 8 and 12.
pub fn threefry_keys(key: [u32; 4]) -> [[u32; 4]; 4] {
    let parity = key.iter().fold(0x1BD1_1BDA, |parity, word| parity ^ word);
    let all = [key[0], key[1], key[2], key[3], parity];
    std::array::from_fn(|turn| {
        let mut added = std::array::from_fn(|word| all[(turn + word) % 5]);
        added[3] = u32::wrapping_add(added[3], turn as u32);
        added
    })
}

/// Four random words for one `counter` under one `key`: Threefry 4×32 with 13 rounds, of the same
/// authors as Philox. Of additions and turns only, so that it is the faster where nothing multiplies
/// 32 bits into 64: in WebAssembly's lanes and in WGSL.
pub fn threefry(counter: [u32; 4], key: [u32; 4]) -> [u32; 4] {
    let keys = threefry_keys(key);
    let [mut a, mut b, mut c, mut d] = counter;
    for round in 0..THREEFRY_ROUNDS {
        if round % 4 == 0 {
            let [k, l, m, n] = keys[round / 4];
            (a, b) = (a.wrapping_add(k), b.wrapping_add(l));
            (c, d) = (c.wrapping_add(m), d.wrapping_add(n));
        }
        let [first, second] = THREEFRY_TURNS[round % 8];
        (a, c) = (a.wrapping_add(b), c.wrapping_add(d));
        (b, d) = (b.rotate_left(first) ^ a, d.rotate_left(second) ^ c);
        // The other pairs in the next round.
        (b, d) = (d, b);
    }
    // An odd number of rounds leaves the two exchanged.
    [a, d, c, b]
}

/// An endless row of random numbers, read in order.
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    stream: u64,
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    /// The stream number `stream` under `seed`; different numbers give independent streams.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            stream,
            block: 0,
            words: [0; 4],
            used: 4,
        }
    }

    /// 32 random bits.
    pub fn word(&mut self) -> u32 {
        if self.used == 4 {
            let counter = [
                self.block as u32,
                (self.block >> 32) as u32,
                self.stream as u32,
                (self.stream >> 32) as u32,
            ];
            self.words = philox(counter, self.key);
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    /// Uniform on [0, 1) with 24 bits, every value exact in `f32`.
    pub fn uniform(&mut self) -> f32 {
        (self.word() >> 8) as f32 / (1 << 24) as f32
    }

    /// Uniform on 0…`bound` − 1 (multiply-shift; the bias of at most `bound`/2³² is far below
    /// anything that is measured here). 0 where `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.word()) * u64::from(bound)) >> 32) as u32
    }

    /// Standard normal (Box and Muller), through `libm` so that every platform gives the same bits.
    pub fn normal(&mut self) -> f32 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - f64::from(self.uniform())));
        let angle = std::f64::consts::TAU * f64::from(self.uniform());
        (radius * libm::cos(angle)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with the Random123 library.
    #[test]
    fn philox_gives_the_published_words() {
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
    }

    #[test]
    fn threefry_gives_the_published_words() {
        assert_eq!(
            threefry([0; 4], [0; 4]),
            [0x531c_7e4f, 0x3949_1ee5, 0x2c85_5a92, 0x3d6a_bf9a]
        );
        assert_eq!(
            threefry([u32::MAX; 4], [u32::MAX; 4]),
            [0xc418_9358, 0x1c9c_c83a, 0xd588_1c67, 0x6a0a_89e0]
        );
    }

    #[test]
    fn a_stream_is_a_function_of_seed_and_number() {
        let draw = |seed, stream| {
            let mut stream = Stream::new(seed, stream);
            (0..9).map(|_| stream.word()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn normal_numbers_have_the_moments_of_a_normal() {
        let mut stream = Stream::new(3, 0);
        let draws: Vec<f64> = (0..40_000).map(|_| f64::from(stream.normal())).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let square = draws.iter().map(|x| x * x).sum::<f64>() / draws.len() as f64;
        let fourth = draws.iter().map(|x| x.powi(4)).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((square - 1.0).abs() < 0.03, "variance {square}");
        assert!((fourth - 3.0).abs() < 0.2, "fourth moment {fourth}");
    }
}
