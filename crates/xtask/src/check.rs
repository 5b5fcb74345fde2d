//! `cargo xtask check`: everything that can be judged without running a model.

use std::time::Instant;

use crate::process::{command, run as run_program};
use crate::site::{self, Profile};
use crate::{Result, laws, sizes, third_party, tools};

/// A check by name; cheap ones first.
type Check = (&'static str, fn() -> Result);

const CHECKS: [Check; 12] = [
    ("format", format),
    ("laws: rooms", laws::rooms),
    ("laws: files", laws::files),
    ("generated files", third_party::check),
    ("words", words),
    ("types: page", || typescript("www")),
    ("types: tests", || typescript("tests")),
    ("lint: page and tests", lint),
    ("shaders", || {
        cargo(&["test", "--quiet", "--package", "glasshouse-shaders"])
    }),
    ("clippy: native", || {
        clippy(&["--workspace", "--all-targets"])
    }),
    ("clippy: wasm32", || {
        clippy(&[
            "--package=glasshouse-engine",
            "--package=glasshouse-toy-engine",
            "--package=glasshouse-tokenizer",
            "--target=wasm32-unknown-unknown",
        ])
    }),
    ("size budgets", size_budgets),
];

/// The command; with a word, only the checks whose name contains it.
pub fn run(args: &[String]) -> Result {
    let chosen =
        |name: &str| args.is_empty() || args.iter().any(|word| name.contains(word.as_str()));
    let mut failed = Vec::new();
    let mut passed = 0;
    for (name, check) in CHECKS.into_iter().filter(|(name, _)| chosen(name)) {
        println!("── {name}");
        let started = Instant::now();
        match check() {
            Ok(()) => passed += 1,
            Err(sentence) => {
                println!("{sentence}");
                failed.push(name);
            }
        }
        println!("   {:.1} s", started.elapsed().as_secs_f64());
    }
    println!("{passed} checks passed, {} failed", failed.len());
    match (failed.is_empty(), passed) {
        (true, 0) => Err("no check has such a name.".to_owned()),
        (true, _) => Ok(()),
        (false, _) => Err(format!("these checks failed: {}.", failed.join(", "))),
    }
}

fn cargo(args: &[&str]) -> Result {
    run_program(command("cargo", args))
}

fn format() -> Result {
    cargo(&["fmt", "--all", "--check", "--message-format=short"])
        .map_err(|_| "`cargo fmt --all` formats these files.".to_owned())
}

fn clippy(scope: &[&str]) -> Result {
    tools::wasm_target()?;
    cargo(&[&["clippy", "--quiet"], scope, &["--", "--deny", "warnings"]].concat())
}

/// Every text in every language, and the English catalogue as the sources have it.
fn words() -> Result {
    tools::node_packages()?;
    run_program(command("node", &["www/words.mjs", "--check"]))
}

fn typescript(project: &str) -> Result {
    tools::node_packages()?;
    run_program(command("tsc", &["--noEmit", "--project", project]))
}

fn lint() -> Result {
    tools::node_packages()?;
    run_program(command("eslint", &["--max-warnings=0", "www/src", "tests"]))
}

fn size_budgets() -> Result {
    site::build(Profile::Release)?;
    sizes::check()
}
