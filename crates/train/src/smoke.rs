//! `--smoke`: every stage for a few steps on generated text, with no corpora at hand.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::induction::{Folders, grow};
use crate::python::Python;
use crate::{InductionArgs, corpus, encoded};

/// Tokens of the smoke run's vocabulary.
pub const VOCABULARY: usize = 320;

/// A recipe that takes seconds. It teaches nothing; it only goes through every stage.
const CHANGES: [&str; 7] = [
    "steps=6",
    "first_steps=2",
    "bigram_steps=2",
    "tokens_per_step=512",
    "d_vocab=320",
    "d_model=16",
    "d_head=4",
];

/// Runs every stage in the work folder; the PyTorch stages only where PyTorch is there already, and says so where not.
///
/// # Errors
/// Fails with the first stage that does.
pub fn run(args: &InductionArgs) -> Result<()> {
    let folder = args.work.join("smoke");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    write_corpus(&folder.join("texts"))?;
    let work = fs::canonicalize(&folder)?;
    let data = work.join("data");
    encoded::prepare(&corpus::find(&work.join("texts"))?, VOCABULARY, &data)?;
    let Some(python) = Python::if_there(args.python.as_deref(), &args.work) else {
        println!(
            "SKIPPED: training, export and evaluation, because there is no Python with PyTorch (`--python PATH` names one)"
        );
        return Ok(());
    };
    grow(
        &python,
        &Folders {
            data,
            out: work.join("models"),
            work,
        },
        args.threads,
        &CHANGES,
    )?;
    println!("smoke run finished: every stage ran");
    Ok(())
}

/// Writes a corpus named `generated` of small sentences, the same every time.
///
/// # Errors
/// Fails when `folder` is not writable.
pub fn write_corpus(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("generated.train.txt"), sentences(1, 60))?;
    fs::write(folder.join("generated.val.txt"), sentences(7, 20))?;
    Ok(())
}

fn sentences(seed: u64, documents: usize) -> String {
    const NAMES: [&str; 6] = ["Mary", "John", "Anna", "Peter", "the fox", "a small bird"];
    const VERBS: [&str; 6] = [
        "found",
        "carried",
        "painted",
        "forgot",
        "shared",
        "looked for",
    ];
    const THINGS: [&str; 6] = [
        "the lantern",
        "seven apples",
        "an old map",
        "bread and honey",
        "the window",
        "a letter",
    ];
    let mut state = seed;
    let mut pick = |words: &[&'static str; 6]| {
        // Knuth's 64-bit linear congruential generator; the high bits are the good ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        words[((state >> 33) % 6) as usize]
    };
    let mut text = String::new();
    for _ in 0..documents {
        for _ in 0..12 {
            let _ = writeln!(
                text,
                "{} {} {}, and {} {} it.",
                pick(&NAMES),
                pick(&VERBS),
                pick(&THINGS),
                pick(&NAMES),
                pick(&VERBS)
            );
        }
        text.push_str("<|endoftext|>\n");
    }
    text
}
