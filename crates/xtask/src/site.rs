//! `cargo xtask build`: the static site in dist/, built again only when something it is made of has changed.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::process::{command, root, run as run_program, target_dir};
use crate::{Result, tools};

/// How the site is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// What is shipped: small, through wasm-opt.
    Release,
    /// For working on the page: the same site in a fraction of the time.
    Fast,
}

impl Profile {
    /// Reads `--fast`.
    pub fn from_args(args: &[String]) -> Self {
        if args.iter().any(|arg| arg == "--fast") {
            Self::Fast
        } else {
            Self::Release
        }
    }
}

/// What the site is made of. The engine's crates are listed by folder, so that a new one counts by itself.
const SOURCES: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "THIRD_PARTY.md",
    "package-lock.json",
    "tsconfig.json",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    "crates",
    "docs/performance.md",
    "shaders",
    "www",
];
/// Crates that run on the maker's machine only, and what builds leave behind.
const NOT_SOURCES: [&str; 5] = ["xtask", "train", "node_modules", "target", "__pycache__"];

/// The command.
pub fn run(args: &[String]) -> Result {
    build(Profile::from_args(args))?;
    println!("dist/ holds the site; it works from any folder of any static host.");
    Ok(())
}

/// The folder that holds the built site.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Installs what is missing and brings dist/ up to date.
///
/// # Errors
/// When a tool is missing and cannot be installed, or Trunk fails.
pub fn build(profile: Profile) -> Result {
    // Trunk.toml doubles as the lock: two builds at once would write the same folder.
    let trunk_toml =
        File::open(root().join("Trunk.toml")).map_err(|error| format!("Trunk.toml: {error}."))?;
    trunk_toml
        .lock()
        .map_err(|error| format!("Trunk.toml cannot be locked: {error}."))?;

    let stamp_file = dist().join(".built-from");
    let stamp = format!("{profile:?} {:016x}\n", fingerprint()?);
    if fs::read_to_string(&stamp_file).is_ok_and(|built| built == stamp) {
        println!("dist/ is up to date");
        return Ok(());
    }
    tools::for_site()?;
    let started = Instant::now();
    println!(
        "building dist/ ({})",
        if profile == Profile::Release {
            "release"
        } else {
            "fast"
        }
    );
    let mut trunk = command("trunk", &["build", "--log", "error"]);
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    trunk.env("CARGO_TARGET_DIR", target_dir());
    run_program(trunk)?;
    fs::write(&stamp_file, stamp).map_err(|error| format!("{}: {error}.", stamp_file.display()))?;
    println!("built in {} s", started.elapsed().as_secs());
    Ok(())
}

/// A hash over the names and contents of everything the site is made of.
///
/// # Errors
/// When a file cannot be read.
pub fn fingerprint() -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        hash_into(&root().join(source), &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn hash_into(path: &Path, hasher: &mut DefaultHasher) -> Result {
    let read = |error: std::io::Error| format!("{}: {error}.", path.display());
    let Some(name) = path.file_name() else {
        return Ok(());
    };
    if NOT_SOURCES.iter().any(|skipped| name == *skipped) {
        return Ok(());
    }
    name.hash(hasher);
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .map_err(read)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        entries
            .iter()
            .try_for_each(|entry| hash_into(entry, hasher))
    } else if path.exists() {
        fs::read(path).map_err(read)?.hash(hasher);
        Ok(())
    } else {
        Ok(())
    }
}
