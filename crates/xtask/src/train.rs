//! `cargo xtask train MODEL`: grows a shipped model anew.

use crate::Result;
use crate::process::{command, root, run as run_program};

/// Where a checkout finds the training text when it lies beside the project.
const CORPUS: &str = "../shared/data/corpus";

/// The command; every argument goes to `crates/train`.
pub fn run(args: &[String]) -> Result {
    let mut train = command(
        "cargo",
        &["run", "--release", "--package", "glasshouse-train", "--"],
    );
    train.args(args);
    let chosen = args
        .iter()
        .any(|arg| arg == "--corpus" || arg.starts_with("--corpus="));
    let of_text = ["induction", "stories", "sae"];
    let wanted = args
        .first()
        .is_some_and(|model| of_text.contains(&model.as_str()));
    if wanted && !chosen && root().join(CORPUS).is_dir() {
        train.args(["--corpus", CORPUS]);
    }
    run_program(train)
}
