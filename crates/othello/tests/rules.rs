//! The rules against published counts, against a second implementation, and under their symmetries.

use glasshouse_othello::{Board, Colour, Frame, Game, Position, random_game, walk_random_game};

#[test]
fn perft_8x8_gives_the_published_counts() {
    let counts: Vec<u64> = (1..=7)
        .map(|depth| Board::<8>::START.perft(depth))
        .collect();
    assert_eq!(counts, [4, 12, 56, 244, 1396, 8200, 55092]);
}

/// Counts made by [`Mailbox`], which shares no code with the bits, to the depth at which games end.
#[test]
fn perft_of_small_boards_agrees_with_a_mailbox() {
    for depth in 1..=7 {
        assert_eq!(
            Board::<6>::START.perft(depth),
            Mailbox::start(6).perft(depth),
            "6×6, depth {depth}"
        );
    }
    for depth in 1..=12 {
        assert_eq!(
            Board::<4>::START.perft(depth),
            Mailbox::start(4).perft(depth),
            "4×4, depth {depth}"
        );
    }
}

#[test]
fn perft_of_small_boards_is_what_it_was() {
    let six: Vec<u64> = (1..=8)
        .map(|depth| Board::<6>::START.perft(depth))
        .collect();
    assert_eq!(six, SIX);
    let four: Vec<u64> = (1..=14)
        .map(|depth| Board::<4>::START.perft(depth))
        .collect();
    assert_eq!(four, FOUR);
}

const SIX: [u64; 8] = [4, 12, 56, 244, 1364, 7604, 47740, 308716];
const FOUR: [u64; 14] = [
    4, 12, 44, 128, 424, 1256, 3624, 9116, 20044, 36540, 50704, 57436, 59564, 59980,
];

#[test]
fn flips_agree_with_a_mailbox_in_random_games() {
    agree::<8>();
    agree::<6>();
    agree::<4>();
}

fn agree<const N: usize>() {
    for number in 0..200 {
        walk_random_game::<N>(11, number, |position, legal, _| {
            let board = position.board;
            let mailbox = Mailbox::of(board);
            for square in 0..N * N {
                let flips = mailbox.flips(square);
                assert_eq!(
                    board.flips(square as u32),
                    bits(&flips),
                    "square {square} of {board:?}"
                );
                assert_eq!(legal >> square & 1 == 1, !flips.is_empty());
            }
        });
    }
}

/// Whoever plays black in a position, the other colour's moves in the mirrored one are the same; and each of the 8
/// symmetries of the square maps legal moves to legal moves and flips to flips.
#[test]
fn the_rules_keep_the_symmetries_of_the_board() {
    symmetric::<8>();
    symmetric::<6>();
    symmetric::<4>();
}

fn symmetric<const N: usize>() {
    for number in 0..60 {
        walk_random_game::<N>(12, number, |position, legal, square| {
            let board = position.board;
            for symmetry in 0..8 {
                let turned = |squares| transformed::<N>(squares, symmetry);
                let image: Board<N> = Board {
                    mine: turned(board.mine),
                    theirs: turned(board.theirs),
                };
                assert_eq!(image.legal(), turned(legal));
                let to = turned(1 << square).trailing_zeros();
                assert_eq!(image.flips(to), turned(board.flips(square)));
            }
            assert_eq!(board.passed().passed(), board);
        });
    }
}

/// Of the 8 symmetries, four keep the start; the others exchange its colours.
#[test]
fn a_turned_game_is_a_game() {
    let start = Board::<8>::START;
    let keeps = |symmetry: &u32| transformed::<8>(start.mine, *symmetry) == start.mine;
    let keeping: Vec<u32> = (0..8).filter(keeps).collect();
    assert_eq!(keeping.len(), 4);
    for number in 0..40 {
        let game = random_game::<8>(13, number);
        for &symmetry in &keeping {
            let mut image = Game::<8>::new();
            for &square in game.moves() {
                let to = transformed::<8>(1 << square, symmetry).trailing_zeros();
                assert_eq!(image.play(to), Ok(()));
            }
            assert!(image.is_over());
            assert_eq!(image.passes(), game.passes());
        }
    }
}

#[test]
fn exchanging_the_colours_changes_no_move() {
    for number in 0..40 {
        for position in random_game::<8>(13, number).positions() {
            let exchanged = Position {
                to_move: position.to_move.other(),
                ..*position
            };
            let states = |position: &Position<8>, frame| position.states(frame);
            assert_eq!(
                states(&exchanged, Frame::MineTheirs),
                states(position, Frame::MineTheirs)
            );
            let swapped: Vec<u8> = states(position, Frame::BlackWhite)
                .iter()
                .map(|&state| [0, 2, 1][usize::from(state)])
                .collect();
            assert_eq!(states(&exchanged, Frame::BlackWhite), swapped);
            assert_eq!(
                exchanged.discs(Colour::Black),
                position.discs(Colour::White)
            );
        }
    }
}

#[test]
fn random_games_are_uniform_over_legal_moves() {
    // The first move is one of 4, the second one of 3: 12 openings, each in a twelfth of the games.
    let mut seen = std::collections::HashMap::new();
    for number in 0..24_000 {
        let game = random_game::<8>(14, number);
        *seen
            .entry([game.moves()[0], game.moves()[1]])
            .or_insert(0_u32) += 1;
    }
    assert_eq!(seen.len(), 12);
    // Standard deviation of a count is 43; five of them.
    assert!(
        seen.values().all(|&count| count.abs_diff(2000) < 215),
        "{seen:?}"
    );
}

#[test]
fn random_games_have_the_statistics_of_the_literature() {
    let (mut passes, mut full) = (0, 0);
    let (mut moves, mut positions, mut plies, mut floor) = (0.0, 0.0, 0.0, 0.0);
    for number in 0..4000 {
        let game = random_game::<8>(15, number);
        passes += u32::from(!game.passes().is_empty());
        full += u32::from(game.moves().len() == 60);
        for (ply, position) in game.positions().iter().enumerate().take(game.moves().len()) {
            let count = f64::from(position.board.legal().count_ones());
            moves += count;
            positions += 1.0;
            // A model that has read nothing is not asked: its floor begins with the second move.
            if ply > 0 {
                (floor, plies) = (floor + count.ln(), plies + 1.0);
            }
        }
    }
    let per_cent = |count: u32| f64::from(count) / 40.0;
    assert!(
        (per_cent(passes) - 34.0).abs() < 3.0,
        "a pass in {} %",
        per_cent(passes)
    );
    assert!(
        (per_cent(full) - 99.0).abs() < 1.0,
        "full length {} %",
        per_cent(full)
    );
    assert!(
        (moves / positions - 8.54_f64).abs() < 0.05,
        "legal moves {}",
        moves / plies
    );
    assert!(
        (floor / plies - 2.008_f64).abs() < 0.005,
        "floor {}",
        floor / plies
    );
}

fn bits(squares: &[usize]) -> u64 {
    squares.iter().fold(0, |bits, square| bits | 1 << square)
}

/// `symmetry` 0…7: quarter turns (two bits), then a reflection (third bit).
fn transformed<const N: usize>(squares: u64, symmetry: u32) -> u64 {
    let mut image = 0;
    for square in 0..N * N {
        let (mut row, mut column) = (square / N, square % N);
        for _ in 0..symmetry % 4 {
            (row, column) = (column, N - 1 - row);
        }
        if symmetry >= 4 {
            column = N - 1 - column;
        }
        image |= (squares >> square & 1) << (row * N + column);
    }
    image
}

/// Othello on an array of squares, the slow and obvious way.
#[derive(Clone)]
struct Mailbox {
    size: i32,
    /// 1 mine, 2 theirs, 0 empty.
    squares: Vec<u8>,
}

impl Mailbox {
    fn start(size: usize) -> Self {
        let mut squares = vec![0; size * size];
        let middle = (size / 2 - 1) * size + size / 2 - 1;
        (squares[middle], squares[middle + size + 1]) = (2, 2);
        (squares[middle + 1], squares[middle + size]) = (1, 1);
        Self {
            size: size as i32,
            squares,
        }
    }

    fn of<const N: usize>(board: Board<N>) -> Self {
        let state =
            |square| (board.mine >> square & 1) as u8 + 2 * (board.theirs >> square & 1) as u8;
        Self {
            size: N as i32,
            squares: (0..N * N).map(state).collect(),
        }
    }

    fn at(&self, row: i32, column: i32) -> Option<u8> {
        let inside = (0..self.size).contains(&row) && (0..self.size).contains(&column);
        inside.then(|| self.squares[(row * self.size + column) as usize])
    }

    fn flips(&self, square: usize) -> Vec<usize> {
        let (row, column) = (square as i32 / self.size, square as i32 % self.size);
        if self.squares[square] != 0 {
            return Vec::new();
        }
        let mut flips = Vec::new();
        for (down, right) in [
            (-1, -1),
            (-1, 0),
            (-1, 1),
            (0, -1),
            (0, 1),
            (1, -1),
            (1, 0),
            (1, 1),
        ] {
            let (mut run, mut r, mut c) = (Vec::new(), row + down, column + right);
            while self.at(r, c) == Some(2) {
                run.push((r * self.size + c) as usize);
                (r, c) = (r + down, c + right);
            }
            if self.at(r, c) == Some(1) {
                flips.extend(run);
            }
        }
        flips
    }

    fn other_side(&self) -> Self {
        Self {
            size: self.size,
            squares: self
                .squares
                .iter()
                .map(|&state| [0, 2, 1][usize::from(state)])
                .collect(),
        }
    }

    fn moves(&self) -> Vec<usize> {
        (0..self.squares.len())
            .filter(|&square| !self.flips(square).is_empty())
            .collect()
    }

    fn perft(&self, depth: usize) -> u64 {
        if depth == 0 {
            return 1;
        }
        let moves = self.moves();
        if moves.is_empty() {
            let passed = self.other_side();
            return if passed.moves().is_empty() {
                1
            } else {
                passed.perft(depth - 1)
            };
        }
        let after = |square: &usize| {
            let mut next = self.clone();
            for flipped in self.flips(*square) {
                next.squares[flipped] = 1;
            }
            next.squares[*square] = 1;
            next.other_side().perft(depth - 1)
        };
        moves.iter().map(after).sum()
    }
}
