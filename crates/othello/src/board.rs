//! Discs as bits. Bit `row * N + column` is a square, rows and columns counted from the top left.

/// The discs of an `N` × `N` board from the mover's side; `N` is 4, 6 or 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Board<const N: usize> {
    /// Discs of the side to move.
    pub mine: u64,
    /// Discs of the other side.
    pub theirs: u64,
}

impl<const N: usize> Board<N> {
    /// Squares of the board.
    pub const SQUARES: usize = {
        assert!(N == 4 || N == 6 || N == 8, "boards are 4×4, 6×6 or 8×8");
        N * N
    };
    /// Every square.
    pub const ALL: u64 = u64::MAX >> (64 - Self::SQUARES);
    /// The four squares that are occupied from the start.
    pub const CENTRE: u64 = {
        let top_left = (N / 2 - 1) * N + N / 2 - 1;
        0b11 << top_left | 0b11 << (top_left + N)
    };
    /// Every square but those of the first and last column: a row of flipped discs that runs sideways never ends there.
    const INNER: u64 = {
        let (mut inner, mut row) = (0, 0);
        while row < N {
            inner |= ((1 << (N - 1)) - 2) << (row * N);
            row += 1;
        }
        inner
    };
    /// Distance of one step in a direction, and the squares that a flipped disc may stand on; each is walked both ways.
    const LINES: [(usize, u64); 4] = [
        (1, Self::INNER),
        (N, Self::ALL),
        (N - 1, Self::INNER),
        (N + 1, Self::INNER),
    ];

    /// The start: black to move, black on e4 and d5, white on d4 and e5 (named as on 8×8).
    pub const START: Self = {
        let top_left = (N / 2 - 1) * N + N / 2 - 1;
        Self {
            mine: 1 << (top_left + 1) | 1 << (top_left + N),
            theirs: 1 << top_left | 1 << (top_left + N + 1),
        }
    };

    /// Squares without a disc.
    pub fn empty(self) -> u64 {
        Self::ALL & !(self.mine | self.theirs)
    }

    /// Squares where the mover may play.
    pub fn legal(self) -> u64 {
        let mut reached = 0;
        for (step, stands) in Self::LINES {
            let flippable = self.theirs & stands;
            let (mut up, mut down) = (self.mine << step & flippable, self.mine >> step & flippable);
            for _ in 0..N - 3 {
                up |= up << step & flippable;
                down |= down >> step & flippable;
            }
            reached |= up << step | down >> step;
        }
        reached & self.empty()
    }

    /// Discs that turn when the mover plays `square`; none where the move is illegal.
    pub fn flips(self, square: u32) -> u64 {
        let disc = 1 << square & self.empty();
        let mut flips = 0;
        for (step, stands) in Self::LINES {
            let flippable = self.theirs & stands;
            let (mut up, mut down) = (disc << step & flippable, disc >> step & flippable);
            for _ in 0..N - 3 {
                up |= up << step & flippable;
                down |= down >> step & flippable;
            }
            if up << step & self.mine != 0 {
                flips |= up;
            }
            if down >> step & self.mine != 0 {
                flips |= down;
            }
        }
        flips
    }

    /// The board after the mover plays `square`, from the other side; `None` where the move is illegal.
    pub fn play(self, square: u32) -> Option<Self> {
        let flips = self.flips(square);
        (flips != 0).then(|| Self {
            mine: self.theirs & !flips,
            theirs: self.mine | flips | 1 << square,
        })
    }

    /// The same discs from the other side.
    pub fn passed(self) -> Self {
        Self {
            mine: self.theirs,
            theirs: self.mine,
        }
    }

    /// Ways to play `depth` plies on from here, where a forced pass is a ply and a finished game is one way.
    pub fn perft(self, depth: usize) -> u64 {
        if depth == 0 {
            return 1;
        }
        let mut legal = self.legal();
        if legal == 0 {
            return match self.passed().legal() {
                0 => 1,
                _ => self.passed().perft(depth - 1),
            };
        }
        if depth == 1 {
            return u64::from(legal.count_ones());
        }
        let mut ways = 0;
        while legal != 0 {
            if let Some(next) = self.play(legal.trailing_zeros()) {
                ways += next.perft(depth - 1);
            }
            legal &= legal - 1;
        }
        ways
    }
}
