//! The laws of the house that a program can judge: who may use what, and how files are named and how long they are.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;
use crate::process::{command, output, root};

/// The rooms from the ground up; each depends only on rooms above it in this list. Tools and tests may use any.
const ROOMS: [&str; 13] = [
    "tensor",
    "hooks",
    "shaders",
    "backend-cpu",
    "backend-gpu",
    "model",
    "othello",
    "interp",
    "toys",
    "border",
    "engine",
    "toy-engine",
    "tokenizer",
];
/// Rooms that never mention a device.
const DEVICELESS: [&str; 5] = ["tensor", "hooks", "model", "interp", "othello"];
/// Packages from outside, and the only rooms that may use each.
const ONLY_IN: [(&str, &[&str]); 9] = [
    ("candle-core", &["backend-cpu"]),
    ("wgpu", &["backend-gpu"]),
    ("naga", &["shaders"]),
    ("tokenizers", &["tokenizer"]),
    // backend-gpu asks the browser's device for what wgpu does not pass on: its name, its errors.
    (
        "wasm-bindgen",
        &["backend-gpu", "border", "engine", "toy-engine", "tokenizer"],
    ),
    (
        "js-sys",
        &["backend-gpu", "border", "engine", "toy-engine", "tokenizer"],
    ),
    ("web-sys", &["engine", "tokenizer"]),
    ("serde-wasm-bindgen", &["border", "tokenizer"]),
    ("console_error_panic_hook", &["border", "tokenizer"]),
];

/// # Errors
/// When a room uses what it may not.
pub fn rooms() -> Result {
    let metadata = output(command(
        "cargo",
        &["metadata", "--format-version=1", "--locked", "--no-deps"],
    ))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let mut broken = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let Some(room) = package["name"].as_str().and_then(room) else {
            continue;
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        // Tests inside a room may use whatever proves it right.
        for dependency in dependencies.filter(|dependency| dependency["kind"] != "dev") {
            broken.extend(judge(room, dependency["name"].as_str().unwrap_or_default()));
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join("\n"))
    }
}

/// The place of a package in the house, if it is one of the rooms.
fn room(package: &str) -> Option<usize> {
    let name = package.strip_prefix("glasshouse-")?;
    ROOMS.iter().position(|room| *room == name)
}

/// The law that `ROOMS[at]` breaks by depending on `package`, in a sentence.
fn judge(at: usize, package: &str) -> Option<String> {
    let name = ROOMS[at];
    if let Some(other) = room(package) {
        if other >= at {
            return Some(format!(
                "{name} depends on {}, which is not above it.",
                ROOMS[other]
            ));
        }
        if DEVICELESS.contains(&name) && ROOMS[other].starts_with("backend-") {
            return Some(format!("{name} mentions a device: {}.", ROOMS[other]));
        }
        return None;
    }
    let (_, allowed) = ONLY_IN.iter().find(|(only, _)| *only == package)?;
    (!allowed.contains(&name)).then(|| {
        format!(
            "{name} uses {package}, which only {} may.",
            allowed.join(", ")
        )
    })
}

const CODE: [&str; 8] = ["rs", "ts", "mjs", "py", "wgsl", "css", "html", "toml"];
const SHAPELESS: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];
const LONG_LINES: usize = 400;

/// Warns about long files.
///
/// # Errors
/// When a file's name says nothing about what is in it.
pub fn files() -> Result {
    let mut code = Vec::new();
    for room in ["crates", "shaders", "www", "tests"] {
        collect(&root().join(room), &mut code);
    }
    let mut shapeless = Vec::new();
    for path in code {
        let shown = path
            .strip_prefix(root())
            .unwrap_or(&path)
            .display()
            .to_string();
        let lines = fs::read_to_string(&path)
            .map_err(|error| format!("{shown}: {error}."))?
            .lines()
            .count();
        if lines > LONG_LINES {
            println!(
                "warning: {shown} has {lines} lines; {LONG_LINES} is the most that one reads with pleasure"
            );
        }
        if path
            .file_stem()
            .is_some_and(|stem| SHAPELESS.iter().any(|name| stem == *name))
        {
            shapeless.push(format!("{shown} needs a name that says what is in it."));
        }
    }
    if shapeless.is_empty() {
        Ok(())
    } else {
        Err(shapeless.join("\n"))
    }
}

fn collect(folder: &Path, code: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "node_modules" && name != "target" {
            collect(&path, code);
        } else if path
            .extension()
            .is_some_and(|extension| CODE.iter().any(|known| extension == *known))
        {
            code.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str, package: &str) -> Option<String> {
        judge(room(&format!("glasshouse-{name}")).unwrap(), package)
    }

    #[test]
    fn the_laws_bite() {
        assert!(judged("tensor", "glasshouse-hooks").is_some());
        assert!(judged("model", "glasshouse-backend-cpu").is_some());
        assert!(judged("model", "wgpu").is_some());
        assert!(judged("engine", "candle-core").is_some());
    }

    #[test]
    fn the_laws_let_the_house_stand() {
        assert_eq!(judged("backend-cpu", "candle-core"), None);
        assert_eq!(judged("engine", "glasshouse-backend-gpu"), None);
        assert_eq!(judged("model", "glasshouse-hooks"), None);
        assert_eq!(room("glasshouse-train"), None);
    }
}
