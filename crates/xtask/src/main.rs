//! The commands of the house: `cargo xtask serve | build | bundle | test | bench | check | train | generate`.

mod bench;
mod bundle;
mod check;
mod http;
mod laws;
mod process;
mod serve;
mod site;
mod sizes;
mod test;
mod third_party;
mod tools;
mod train;

use std::process::ExitCode;

/// Every failure is one plain sentence (or what the failed program itself said), printed once, here.
type Result<T = ()> = std::result::Result<T, String>;

const USAGE: &str = "\
cargo xtask serve [--port N] [--fast] [--watch]   build the site and serve it on this machine
cargo xtask build [--fast]                        build the static site into dist/
cargo xtask bundle [--fast] [--home URL]          a zip of the site for a USB stick, and single-file pages
cargo xtask test [native | browser] [ARGS]        every test: native, software Vulkan, real browser
cargo xtask bench [native | browser]              benchmarks, as a table and as target/bench.json
cargo xtask check [WORD]                          format, lint, types, shaders, laws, size budgets, generated files
cargo xtask train MODEL [ARGS]                    grow a shipped model anew (resumable)
cargo xtask generate                              write the generated files that `check` compares

--fast builds quickly and without wasm-opt; whatever is missing on this machine is installed first.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "serve" => serve::run(rest),
        "build" => site::run(rest),
        "bundle" => bundle::run(rest),
        "test" => test::run(rest),
        "bench" => bench::run(rest),
        "check" => check::run(rest),
        "train" => train::run(rest),
        "generate" => third_party::write(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`.\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}
