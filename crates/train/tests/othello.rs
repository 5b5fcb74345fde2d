//! The games that the trainer of Othello-GPT reads, and its smoke run.

use std::path::Path;
use std::process::{Command, Output};

use glasshouse_othello::{Colour, random_game, tokens};

const PLIES: usize = 60;
const RECORD: usize = 2 * PLIES + 3 * 8 * PLIES;

fn train(args: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_glasshouse-train"))
        .args(args)
        .output()
}

#[test]
fn a_record_tells_the_game_that_the_rules_draw() -> Result<(), Box<dyn std::error::Error>> {
    let output = train(&[
        "othello-games",
        "--seed",
        "7",
        "--first",
        "40",
        "--count",
        "30",
    ])?;
    assert!(output.status.success());
    assert_eq!(output.stdout.len(), 30 * RECORD);
    for (number, record) in (40..).zip(output.stdout.chunks(RECORD)) {
        let game = random_game::<8>(7, number);
        let (ids, rest) = record.split_at(PLIES);
        let (movers, words) = rest.split_at(PLIES);
        let words: Vec<u64> = words
            .as_chunks::<8>()
            .0
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .collect();
        for (ply, position) in game.positions().iter().enumerate().take(PLIES) {
            let Some(&square) = game.moves().get(ply) else {
                assert_eq!((ids[ply], movers[ply], words[ply]), (0, 0, 0));
                continue;
            };
            assert_eq!(tokens::id_of::<8>(square.into()), Some(ids[ply].into()));
            assert_eq!(movers[ply], 1 + u8::from(position.to_move == Colour::White));
            let board = position.board;
            let told = [words[ply], words[PLIES + ply], words[2 * PLIES + ply]];
            assert_eq!(told, [board.legal(), board.mine, board.theirs]);
        }
    }
    Ok(())
}

/// A run that was killed goes on with the games it would have seen.
#[test]
fn a_game_depends_on_its_number_only() -> Result<(), Box<dyn std::error::Error>> {
    let all = train(&["othello-games", "--seed", "3", "--count", "20"])?.stdout;
    let late = train(&[
        "othello-games",
        "--seed",
        "3",
        "--first",
        "15",
        "--count",
        "5",
    ])?
    .stdout;
    assert_eq!(&all[15 * RECORD..], late);
    let other = train(&["othello-games", "--seed", "4", "--count", "20"])?.stdout;
    assert_ne!(all, other);
    Ok(())
}

#[test]
fn the_smoke_run_says_what_it_skips() -> Result<(), Box<dyn std::error::Error>> {
    let work = tempfile::tempdir()?;
    let folder = work.path().to_str().ok_or("a path in UTF-8")?;
    let output = train(&["othello", "--smoke", "--work", folder, "--out", folder])?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // A fresh work folder has no Python environment, so here everything is always skipped.
    assert!(said.contains("SKIPPED: training"), "{said}");
    Ok(())
}

#[test]
fn the_python_side_has_its_properties() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let tests = Command::new("python3")
        .args(["-m", "unittest", "discover", "-p", "test_othello.py"])
        .current_dir(scripts)
        .env("GLASSHOUSE_TRAIN", env!("CARGO_BIN_EXE_glasshouse-train"))
        .output();
    match tests {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => {
            println!("SKIPPED: test_othello.py, because python3 could not be started ({error})")
        }
    }
}
