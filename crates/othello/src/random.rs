//! Games in which every legal move is equally likely.

use glasshouse_tensor::random::Stream;

use crate::{Game, Position};

/// The game number `number` under `seed`: the same on every machine, whatever was drawn before it.
pub fn random_game<const N: usize>(seed: u64, number: u64) -> Game<N> {
    let mut stream = Stream::new(seed, number);
    let mut game = Game::new();
    loop {
        let legal = game.board().legal();
        if legal == 0 {
            return game;
        }
        game.advance(pick(legal, &mut stream));
    }
}

/// One of the set bits, each equally likely.
fn pick(mut squares: u64, stream: &mut Stream) -> u32 {
    for _ in 0..stream.below(squares.count_ones()) {
        squares &= squares - 1;
    }
    squares.trailing_zeros()
}

/// A random game for who needs its positions once: calls `each` with the position before every move, the legal moves
/// and the move. Allocates nothing.
pub fn walk_random_game<const N: usize>(
    seed: u64,
    number: u64,
    mut each: impl FnMut(&Position<N>, u64, u32),
) {
    let mut stream = Stream::new(seed, number);
    let mut position = Position::start();
    loop {
        let legal = position.board.legal();
        if legal == 0 {
            return;
        }
        let square = pick(legal, &mut stream);
        each(&position, legal, square);
        let Some(next) = position.after(square) else {
            return;
        };
        position = next;
    }
}
