//! The rules of Othello at the border.

use glasshouse_engine::othello::{Side, edited_board, random_transcript, replay};
use glasshouse_interp::othello::edit::{Change, SquareEdit};

#[test]
fn a_transcript_is_played_ply_by_ply() {
    let replay = replay(" F5 d6, c3");
    assert_eq!(replay.transcript, "f5d6c3");
    assert_eq!(replay.refused, None);
    assert_eq!(replay.plies.len(), 4);
    let [start, first, ..] = &replay.plies[..] else {
        panic!("four plies");
    };
    assert_eq!((start.last.as_deref(), start.mover), (None, None));
    assert_eq!(start.to_move, Some(Side::Black));
    assert_eq!(start.legal, [19, 26, 37, 44]); // d3 c4 f5 e6
    assert_eq!(start.board.iter().filter(|&&disc| disc == 1).count(), 2);
    assert_eq!((start.board[27], start.board[28]), (-1, 1)); // d4 white, e4 black
    assert_eq!(first.last.as_deref(), Some("f5"));
    assert_eq!(
        (first.mover, first.to_move),
        (Some(Side::Black), Some(Side::White))
    );
    assert_eq!((first.board[37], first.board[36]), (1, 1)); // f5 played, e5 turned
}

#[test]
fn a_bad_move_is_refused_where_it_stands_and_the_rest_kept() {
    let refused = |transcript| {
        let replay = replay(transcript);
        let refused = replay.refused.unwrap();
        (
            replay.transcript,
            replay.plies.len(),
            refused.at,
            refused.start,
            refused.word,
        )
    };
    let (kept, plies, at, start, word) = refused("f5 d6 a1");
    assert_eq!(
        (kept.as_str(), plies, at, start, word.as_str()),
        ("f5d6", 3, 2, 6, "a1")
    );
    // A page counts in UTF-16: the sign before the move takes two units there and four bytes here.
    let (kept, _, at, start, word) = refused("f5\u{3000}😀d6");
    assert_eq!((kept.as_str(), at, start), ("f5", 1, 3));
    assert!(word.starts_with('😀'));
    assert_eq!(replay("").plies.len(), 1);
}

#[test]
fn forced_passes_and_finished_games_are_told() {
    let mut passes = 0;
    for seed in 0..20 {
        let replay = replay(&random_transcript(seed, 60));
        assert_eq!(replay.refused, None);
        let end = replay.plies.last().unwrap();
        assert_eq!((end.to_move, end.legal.len()), (None, 0));
        for pair in replay.plies.windows(2) {
            let again = pair[0].to_move == pair[1].to_move && pair[1].to_move.is_some();
            assert_eq!(pair[1].passed, again);
            passes += usize::from(again);
        }
    }
    assert!(passes > 0);
    assert_eq!(replay(&random_transcript(3, 5)).plies.len(), 6);
    assert_ne!(random_transcript(3, 60), random_transcript(4, 60));
}

#[test]
fn a_changed_board_has_other_moves_and_keeps_its_colours() {
    let start = replay("f5").plies[1].board.clone();
    let flip = [SquareEdit {
        square: 37,
        how: Change::Flip,
    }];
    let edited = edited_board(&start, Side::White, &flip).unwrap();
    assert_eq!((start[37], edited.board[37]), (1, -1));
    assert_eq!((edited.changes[0].from, edited.changes[0].to), (2, 1));
    assert_ne!(edited.legal, replay("f5").plies[1].legal);
    assert_eq!(
        edited_board(&start[1..], Side::White, &flip)
            .unwrap_err()
            .code(),
        "bad-input"
    );
    assert_eq!(
        edited_board(&[2; 64], Side::White, &[]).unwrap_err().code(),
        "bad-input"
    );
}
