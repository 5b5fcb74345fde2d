//! `cargo xtask test`: every test, natively (kernels on a software Vulkan adapter) and in a real browser, and one sum.

use std::env;
use std::fs;

use serde_json::Value;

use crate::process::{command, each_line, target_dir};
use crate::site::{self, Profile};
use crate::{Result, http, tools};

/// How many tests did what.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The command: `test`, `test native [cargo arguments]`, `test browser [--fast] [Playwright arguments]`.
pub fn run(args: &[String]) -> Result {
    type Suite = fn(&[String]) -> Result<Count>;
    const NATIVE: (&str, Suite) = ("native", native);
    const BROWSER: (&str, Suite) = ("browser", browser);
    let (suites, rest): (&[(&str, Suite)], &[String]) = match args.first().map(String::as_str) {
        Some("native") => (&[NATIVE], &args[1..]),
        Some("browser") => (&[BROWSER], &args[1..]),
        Some(other) if other != "--fast" => {
            return Err(format!("`{other}` is neither `native` nor `browser`."));
        }
        _ => (&[NATIVE, BROWSER], args),
    };
    let mut total = Count::default();
    for (name, suite) in suites {
        // A suite that cannot run is a failure beside the others' results, not instead of them.
        let mut count = suite(rest).unwrap_or_else(|sentence| {
            eprintln!("xtask: {sentence}");
            Count {
                failed: 1,
                ..Count::default()
            }
        });
        if count == Count::default() {
            eprintln!("xtask: the {name} suite ran no test.");
            count.failed = 1;
        }
        println!(
            "{name}: {} passed, {} failed, {} skipped",
            count.passed, count.failed, count.skipped
        );
        total += count;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        Ok(())
    } else {
        Err("some tests failed.".to_owned())
    }
}

fn native(args: &[String]) -> Result<Count> {
    let mut cargo = command("cargo", &["test", "--no-fail-fast"]);
    // Beside --workspace, cargo would not heed the packages that one names.
    let named = |arg: &String| arg.starts_with("-p") || arg.starts_with("--package");
    if !args.iter().any(named) {
        cargo.arg("--workspace");
    }
    cargo.args(args.iter().filter(|arg| *arg != "--fast"));
    if env::var_os("VK_DRIVER_FILES").is_none()
        && let Some(driver) = tools::software_vulkan()?
    {
        cargo
            .env("VK_DRIVER_FILES", &driver)
            .env("VK_ICD_FILENAMES", &driver);
    }
    if env::var_os("XDG_RUNTIME_DIR").is_none() {
        // The Vulkan loader complains in every test that it has nowhere to put a window's socket.
        cargo.env("XDG_RUNTIME_DIR", env::temp_dir());
    }
    let mut count = Count::default();
    let ok = each_line(cargo, |line| {
        println!("{line}");
        count += result_line(line).unwrap_or_default();
    })?;
    // Not compiling, or dying outside a test, is a failure that no result line mentions.
    if !ok && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn result_line(line: &str) -> Option<Count> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |what: &str| -> Option<u64> {
        let part = numbers.split("; ").find(|part| part.ends_with(what))?;
        part.split(' ').next()?.parse().ok()
    };
    Some(Count {
        passed: number(" passed")?,
        failed: number(" failed")?,
        skipped: number(" ignored")?,
    })
}

fn browser(args: &[String]) -> Result<Count> {
    let chrome = tools::browser()?;
    let firefox = tools::firefox();
    tools::font();
    tools::pandoc();
    tools::node_packages()?;
    site::build(Profile::from_args(args))?;
    // The site twice: it must work from any folder. Other origins are the tests' own affair.
    let mounts = vec![("/", site::dist()), ("/deep/folder/", site::dist())];
    let address = http::serve(0, mounts)?;

    let report = target_dir().join("browser-tests.json");
    _ = fs::remove_file(&report); // an old report must not be counted as today's
    let mut playwright = command(
        "playwright",
        &[
            "test",
            "--config=tests/playwright.config.ts",
            "--reporter=list,json",
        ],
    );
    playwright.args(args.iter().filter(|arg| *arg != "--fast"));
    playwright.env("CHROME", chrome);
    playwright.envs(firefox.map(|path| ("FIREFOX", path)));
    playwright.env("GLASSHOUSE_URL", format!("http://{address}/"));
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let ok = each_line(playwright, |line| println!("{line}"))?;

    let report = fs::read(&report).map_err(|_| "Playwright ended without a report.".to_owned())?;
    let report: Value = serde_json::from_slice(&report)
        .map_err(|error| format!("Playwright's report: {error}."))?;
    let stat = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    // A test that only passes the second time has failed once.
    let mut count = Count {
        passed: stat("expected"),
        failed: stat("unexpected") + stat("flaky"),
        skipped: stat("skipped"),
    };
    if !ok && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_result_lines_of_cargo_test() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.10s";
        assert_eq!(
            result_line(line),
            Some(Count {
                passed: 12,
                failed: 3,
                skipped: 1
            })
        );
        assert_eq!(result_line("test model::tests::result ... ok"), None);
    }
}
