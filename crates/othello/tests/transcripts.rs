//! Transcripts, games and tokens.

use glasshouse_othello::{
    Board, Colour, Frame, Game, Reason, name_of, random_game, square_of, tokens, transcript_of,
};

#[test]
fn names_and_squares_are_inverse() {
    assert_eq!(square_of::<8>("f5"), Some(37));
    assert_eq!(square_of::<8>("A1"), Some(0));
    assert_eq!(name_of::<8>(63), "h8");
    assert_eq!(name_of::<6>(35), "f6");
    for wrong in ["", "f", "f9", "i1", "f0", "f55", "5f", "ß1"] {
        assert_eq!(square_of::<8>(wrong), None, "{wrong:?}");
    }
    assert_eq!(square_of::<4>("e1"), None);
}

#[test]
fn black_opens_and_transcripts_survive_a_round_trip() {
    let names: Vec<String> = (0..64)
        .filter(|square| Board::<8>::START.legal() >> square & 1 == 1)
        .map(name_of::<8>)
        .collect();
    assert_eq!(names, ["d3", "c4", "f5", "e6"]);
    for number in 0..50 {
        let game = random_game::<8>(3, number);
        let written = transcript_of::<8>(game.moves());
        assert_eq!(Game::<8>::parse(&written).as_ref(), Ok(&game));
    }
    let spaced = Game::<8>::parse(" F5, d6\nC3 ").expect("capitals and separators do not matter");
    assert_eq!(transcript_of::<8>(spaced.moves()), "f5d6c3");
    assert_eq!(Game::<8>::parse(""), Ok(Game::new()));
}

#[test]
fn a_transcript_is_refused_at_the_exact_move_and_what_came_before_is_kept() {
    let refusal = |text: &str| {
        let refused = Game::<8>::parse(text).expect_err(text);
        (
            refused.game.moves().len(),
            refused.at,
            refused.word.clone(),
            refused.reason,
        )
    };
    assert_eq!(refusal("f5d6c3f5"), (3, 6, "f5".into(), Reason::Occupied));
    assert_eq!(refusal("f5 f5"), (1, 3, "f5".into(), Reason::Occupied));
    assert_eq!(refusal("f5d4"), (1, 2, "d4".into(), Reason::Occupied));
    assert_eq!(
        refusal("f5a1"),
        (1, 2, "a1".into(), Reason::TurnsNothing(Colour::White))
    );
    assert_eq!(refusal("f5d6z9"), (2, 4, "z9".into(), Reason::NotASquare));
    assert_eq!(refusal("f5d6c"), (2, 4, "c".into(), Reason::NotASquare));
    assert_eq!(refusal("f5 d 6"), (1, 3, "d".into(), Reason::NotASquare));
    assert_eq!(refusal("f5é3"), (1, 2, "é3".into(), Reason::NotASquare));
    let said = Game::<8>::parse("f5a1")
        .expect_err("a1 turns nothing")
        .to_string();
    assert_eq!(
        said,
        "Move 2, “a1”: white is to move and would turn no disc there."
    );
    let whole = transcript_of::<8>(random_game::<8>(3, 0).moves());
    assert_eq!(refusal(&format!("{whole}a1")).3, Reason::GameOver);
}

#[test]
fn a_forced_pass_leaves_the_same_side_to_move() {
    let game = (0..)
        .map(|number| random_game::<8>(4, number))
        .find(|game| !game.passes().is_empty());
    let game = game.expect("a third of all games has a pass");
    let ply = game.passes()[0];
    let (before, after) = (game.positions()[ply - 1], game.positions()[ply]);
    assert_eq!(before.to_move, after.to_move);
    assert_eq!(
        after.board.passed().legal(),
        0,
        "the side that passed had no move"
    );
    let replayed = Game::<8>::parse(&transcript_of::<8>(game.moves()));
    assert_eq!(replayed, Ok(game));
}

#[test]
fn a_finished_game_leaves_nobody_a_move() {
    for number in 0..200 {
        let game = random_game::<6>(5, number);
        assert!(game.is_over());
        assert_eq!(game.board().passed().legal(), 0);
    }
}

#[test]
fn undo_restores_every_position() {
    let mut game = random_game::<8>(6, 2);
    let positions = game.positions().to_vec();
    while game.undo() {
        assert_eq!(game.positions(), &positions[..=game.moves().len()]);
        assert_eq!(game.board(), positions[game.moves().len()].board);
    }
    assert_eq!(game, Game::new());
}

#[test]
fn the_two_frames_tell_the_same_board() {
    let game = random_game::<8>(7, 1);
    for position in game.positions() {
        let (relative, absolute) = (
            position.states(Frame::MineTheirs),
            position.states(Frame::BlackWhite),
        );
        let expected: Vec<u8> = match position.to_move {
            Colour::Black => absolute.clone(),
            Colour::White => absolute
                .iter()
                .map(|&state| [0, 2, 1][usize::from(state)])
                .collect(),
        };
        assert_eq!(relative, expected);
        let discs = relative.iter().filter(|&&state| state != 0).count();
        assert_eq!(discs as u32, 64 - position.board.empty().count_ones());
    }
    let start = game.positions()[0].states(Frame::BlackWhite);
    assert_eq!([start[27], start[28], start[35], start[36]], [2, 1, 1, 2]);
}

#[test]
fn tokens_are_the_squares_without_the_centre_from_one() {
    assert_eq!(
        (tokens::vocabulary::<8>(), tokens::context::<8>()),
        (61, 59)
    );
    let ids: Vec<u32> = (0..64).filter_map(tokens::id_of::<8>).collect();
    assert_eq!(ids, (1..=60).collect::<Vec<u32>>());
    for centre in [27, 28, 35, 36, 64, 1000] {
        assert_eq!(tokens::id_of::<8>(centre), None);
    }
    assert_eq!(tokens::id_of::<8>(26), Some(27));
    assert_eq!(tokens::id_of::<8>(29), Some(28));
    assert_eq!(tokens::square_of::<8>(tokens::PAD), None);
    assert_eq!(tokens::square_of::<8>(61), None);
    for id in 1..=60 {
        assert_eq!(
            tokens::square_of::<8>(id).and_then(tokens::id_of::<8>),
            Some(id)
        );
    }
    assert_eq!(
        (tokens::vocabulary::<6>(), tokens::vocabulary::<4>()),
        (33, 13)
    );
}
