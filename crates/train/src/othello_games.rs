//! Random Othello games as bytes, for the PyTorch side: made on the fly, never stored.

use std::io::{BufWriter, ErrorKind, Write};

use anyhow::{Context, Result};
use clap::Args;
use glasshouse_othello::{Board, Colour, tokens, walk_random_game};

/// Moves of the longest game.
const PLIES: usize = 60;

/// What `glasshouse-train othello-games` takes.
#[derive(Args)]
pub struct OthelloGamesArgs {
    /// Seed of the games
    #[arg(long)]
    seed: u64,
    /// Number of the first game
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many; without it, until nobody reads any more
    #[arg(long)]
    count: Option<u64>,
}

/// Writes games to standard output. Each is 60 bytes of token ids (0 after the end), 60 bytes of who moves (1 black,
/// 2 white, 0 after the end), then three times 60 little-endian words, bit `8 * row + column` a square: the legal
/// moves, the discs of the side to move and those of the other side, before each move.
///
/// # Errors
/// Fails when standard output does, other than by being closed.
pub fn run(args: &OthelloGamesArgs) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let last = args.count.map_or(u64::MAX, |count| args.first + count);
    for number in args.first..last {
        match out.write_all(&record(args.seed, number)) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written.context("could not write the games")?,
        }
    }
    Ok(out.flush()?)
}

fn record(seed: u64, number: u64) -> Vec<u8> {
    let (mut ids, mut movers) = ([0; PLIES], [0; PLIES]);
    let mut words = [[0_u64; PLIES]; 3];
    let mut ply = 0;
    walk_random_game::<8>(seed, number, |position, legal, square| {
        ids[ply] = tokens::id_of::<8>(square).unwrap_or(tokens::PAD) as u8;
        movers[ply] = match position.to_move {
            Colour::Black => 1,
            Colour::White => 2,
        };
        let Board { mine, theirs } = position.board;
        for (row, word) in words.iter_mut().zip([legal, mine, theirs]) {
            row[ply] = word;
        }
        ply += 1;
    });
    let words = words
        .as_flattened()
        .iter()
        .flat_map(|word| word.to_le_bytes());
    [ids, movers].concat().into_iter().chain(words).collect()
}
