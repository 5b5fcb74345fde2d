//! What a fresh machine lacks: found at its pinned version, or installed, or named with the command that would install it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Result;
use crate::process::{command, install, output, root, run, tools_dir};

const TRUNK: &str = "0.21.14";
/// The oldest Node with everything that the npm packages ask for.
const NODE: (u32, u32) = (20, 19);

/// Everything the site is built with.
pub fn for_site() -> Result {
    wasm_target()?;
    node_packages()?;
    cargo_tool(
        "wasm-bindgen",
        "wasm-bindgen-cli",
        &wasm_bindgen_version()?,
        &[],
        "about 5 CPU minutes, once",
    )?;
    // Without default features Trunk cannot download tools of its own choosing, and installs in half the time.
    cargo_tool(
        "trunk",
        "trunk",
        TRUNK,
        &["--locked", "--no-default-features"],
        "about 4 CPU minutes, once",
    )
}

/// Rust's standard library for the browser.
pub fn wasm_target() -> Result {
    let target = "wasm32-unknown-unknown";
    let libraries = output(command(
        "rustc",
        &["--print", "target-libdir", "--target", target],
    ))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    println!("installing the Rust target {target}");
    run(command("rustup", &["target", "add", target])).map_err(|_| {
        format!("the Rust target {target} is missing; `rustup target add {target}` installs it.")
    })
}

/// The exact version that the workspace pins the wasm-bindgen crate to: the command-line tool must match it.
fn wasm_bindgen_version() -> Result<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"));
    let manifest = manifest.map_err(|error| format!("Cargo.toml: {error}."))?;
    let mut lines = manifest.lines();
    let pin = lines.find_map(|line| line.strip_prefix("wasm-bindgen = \"=")?.strip_suffix('"'));
    pin.map(str::to_owned).ok_or_else(|| {
        "Cargo.toml does not pin wasm-bindgen as `wasm-bindgen = \"=…\"`.".to_owned()
    })
}

fn cargo_tool(
    program: &str,
    package: &str,
    version: &str,
    options: &[&str],
    expectation: &str,
) -> Result {
    let found = output(command(program, &["--version"]));
    if found.is_ok_and(|text| text.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    let root = tools_dir().display().to_string();
    let mut cargo = command(
        "cargo",
        &["install", package, "--version", version, "--root", &root],
    );
    // Built once and run briefly: compile time counts for more than speed.
    cargo.args(options).envs([
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ]);
    install(&format!("{package} {version}"), expectation, cargo)
}

/// The npm packages of package-lock.json, wasm-opt among them.
pub fn node_packages() -> Result {
    let version =
        output(command("node", &["--version"])).map_err(|_| node_missing("Node is missing"))?;
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < NODE {
        return Err(node_missing(&format!("Node {} is too old", version.trim())));
    }
    if !node_packages_are_current() {
        println!("installing the npm packages of package-lock.json");
        run(command(
            "npm",
            &[
                "ci",
                "--ignore-scripts",
                "--no-fund",
                "--no-audit",
                "--loglevel=error",
            ],
        ))
        .map_err(|_| {
            "the npm packages could not be installed; `npm ci` would install them.".to_owned()
        })?;
    }
    Ok(())
}

fn node_missing(what: &str) -> String {
    format!(
        "{what}: version {}.{} or newer is needed; https://nodejs.org/en/download installs it.",
        NODE.0, NODE.1
    )
}

/// Whether node_modules holds what the lock file asks for; packages of other platforms may be absent.
fn node_packages_are_current() -> bool {
    let read = |path: &str| -> Option<Value> {
        serde_json::from_slice(&fs::read(root().join(path)).ok()?).ok()
    };
    let (Some(wanted), Some(present)) = (
        read("package-lock.json"),
        read("node_modules/.package-lock.json"),
    ) else {
        return false;
    };
    let Some(wanted) = wanted["packages"].as_object() else {
        return false;
    };
    wanted
        .iter()
        .filter(|(path, _)| path.starts_with("node_modules/"))
        .all(|(path, package)| {
            let installed = &present["packages"][path]["version"];
            *installed == package["version"] || (installed.is_null() && package["optional"] == true)
        })
}

/// A Chromium to test in: `CHROME`, one on this machine, or one that apt installs.
pub fn browser() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("CHROME").map(PathBuf::from) {
        return if chosen.is_file() {
            Ok(chosen)
        } else {
            Err(format!("CHROME={} is no file.", chosen.display()))
        };
    }
    if let Some(found) = find_browser() {
        return Ok(found);
    }
    let advice = if cfg!(target_os = "macos") {
        "brew install --cask chromium"
    } else {
        "apt-get install chromium"
    };
    let missing = format!(
        "Chromium is missing; `{advice}` installs it, or CHROME=/path/to/chrome names one."
    );
    apt("chromium", &["chromium"]).map_err(|error| format!("{missing} {error}"))?;
    find_browser().ok_or(missing)
}

fn find_browser() -> Option<PathBuf> {
    let places = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    places.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// The font of the pictures that tests compare; without it they are skipped, and say so.
pub fn font() {
    let file = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    if cfg!(target_os = "linux") && !file.is_file() {
        _ = apt("DejaVu Sans", &["fonts-dejavu-core"])
            .inspect_err(|error| println!("DejaVu Sans may be missing. {error}"));
    }
}

/// A Firefox to test in: `FIREFOX`, one on this machine, or one that apt installs. Its tests are skipped, and say so, where there is none.
pub fn firefox() -> Option<PathBuf> {
    let find = || {
        let places = [
            "/usr/bin/firefox-esr",
            "/usr/bin/firefox",
            "/Applications/Firefox.app/Contents/MacOS/firefox",
        ];
        let chosen = env::var_os("FIREFOX").map(PathBuf::from);
        let mut places = chosen.into_iter().chain(places.map(PathBuf::from));
        places.find(|path| path.is_file())
    };
    find().or_else(|| {
        apt("Firefox", &["firefox-esr"])
            .inspect_err(|error| println!("Firefox is missing, so its tests are skipped. {error}"))
            .ok()?;
        find()
    })
}

/// The program that builds Quarto's example; its test is skipped, and says so, where there is none.
pub fn pandoc() {
    if output(command("pandoc", &["--version"])).is_err() {
        _ = apt("pandoc", &["pandoc"]).inspect_err(|error| {
            println!("pandoc is missing, so its test is skipped. {error}");
        });
    }
}

/// Mesa's software Vulkan driver, so that kernels run the same way on every machine; `None` off Linux, where the system's GPU is used.
pub fn software_vulkan() -> Result<Option<PathBuf>> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    if find_lavapipe().is_none() {
        let missing = "the software Vulkan driver is missing; `apt-get install mesa-vulkan-drivers` installs it.";
        apt("lavapipe", &["mesa-vulkan-drivers"]).map_err(|error| format!("{missing} {error}"))?;
    }
    Ok(find_lavapipe())
}

fn find_lavapipe() -> Option<PathBuf> {
    let drivers = fs::read_dir("/usr/share/vulkan/icd.d").ok()?;
    drivers.flatten().map(|entry| entry.path()).find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd"))
    })
}

/// Installs Debian packages, as root or through a sudo that does not ask.
fn apt(what: &str, packages: &[&str]) -> Result {
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err("This machine has no apt.".to_owned());
    }
    let is_root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    let apt_get = |args: &[&str]| -> Command {
        let words: Vec<&str> = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        if is_root {
            command(words[0], &words[1..])
        } else {
            command("sudo", &[&["-n"], &words[..]].concat())
        }
    };
    install(
        "the list of Debian packages",
        "seconds",
        apt_get(&["update"]),
    )?;
    install(
        what,
        "a minute or two",
        apt_get(&[&["install"], packages].concat()),
    )
}
