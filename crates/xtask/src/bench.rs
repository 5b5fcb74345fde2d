//! `cargo xtask bench`: times the engine natively and in the browser; one JSON row per measurement, and a table.

use std::fs;

use serde_json::{Value, json};

use crate::process::{command, each_line, run as run_program, target_dir};
use crate::site::{self, Profile};
use crate::{Result, http, tools};

/// The columns of the table, as the rows name them.
const COLUMNS: [&str; 8] = [
    "where",
    "backend",
    "model",
    "what",
    "tokens",
    "median_ms",
    "min_ms",
    "gflop_per_s",
];

/// The command: `bench`, `bench native`, `bench browser`.
pub fn run(args: &[String]) -> Result {
    let only = args.first().map(String::as_str);
    let mut rows = Vec::new();
    if only != Some("browser") {
        rows.extend(native()?);
    }
    if only != Some("native") {
        rows.extend(browser()?);
    }
    let file = target_dir().join("bench.json");
    let text = serde_json::to_string_pretty(&json!(rows)).map_err(|error| error.to_string())?;
    fs::write(&file, text).map_err(|error| format!("{}: {error}.", file.display()))?;
    print!("{}", table(&rows));
    println!("\nAll rows: {}", file.display());
    Ok(())
}

fn native() -> Result<Vec<Value>> {
    let mut cargo = command(
        "cargo",
        &["bench", "--package", "glasshouse-tests", "--benches"],
    );
    if std::env::var_os("VK_DRIVER_FILES").is_none()
        && let Some(driver) = tools::software_vulkan()?
    {
        cargo
            .env("VK_DRIVER_FILES", &driver)
            .env("VK_ICD_FILENAMES", &driver);
    }
    collect(cargo)
}

fn browser() -> Result<Vec<Value>> {
    let chrome = tools::browser()?;
    site::build(Profile::Release)?;
    let packages = [
        "ci",
        "--prefix",
        "tests/bench",
        "--ignore-scripts",
        "--no-fund",
        "--no-audit",
        "--loglevel=error",
    ];
    run_program(command("npm", &packages))?;
    let address = http::serve(0, vec![("/", site::dist())])?;
    let mut node = command("node", &["tests/bench/browser.mjs"]);
    node.env("CHROME", chrome)
        .env("GLASSHOUSE_URL", format!("http://{address}/"));
    collect(node)
}

/// Runs a benchmark; its JSON lines are measurements, the rest is for the reader.
fn collect(program: std::process::Command) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let ok = each_line(program, |line| match serde_json::from_str::<Value>(line) {
        Ok(row) if row.is_object() => rows.push(row),
        _ => println!("{line}"),
    })?;
    if ok && !rows.is_empty() {
        Ok(rows)
    } else {
        Err("the benchmark failed or measured nothing.".to_owned())
    }
}

/// A Markdown table, as docs/performance.md keeps it.
fn table(rows: &[Value]) -> String {
    let mut text = format!(
        "\n| {} |\n|{}\n",
        COLUMNS.join(" | "),
        "---|".repeat(COLUMNS.len())
    );
    for row in rows {
        let cells = COLUMNS.map(|column| match &row[column] {
            Value::Null => String::new(),
            Value::String(word) => word.clone(),
            Value::Number(number) if number.is_f64() => {
                format!("{:.2}", number.as_f64().unwrap_or(f64::NAN))
            }
            other => other.to_string(),
        });
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_line_of_the_table() {
        let text = table(&[
            json!({"where": "native", "model": "induction-2l", "tokens": 64, "median_ms": 1.234}),
        ]);
        assert!(
            text.ends_with("| native |  | induction-2l |  | 64 | 1.23 |  |  |\n"),
            "{text}"
        );
    }
}
