//! Running other programs: where, with which PATH, and how they report.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;

/// How often a long installation says that it is still at it.
const PROGRESS: Duration = Duration::from_secs(20);

/// The root of the checkout.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
        .to_path_buf()
}

/// Where cargo builds; caches of this crate live there too.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Where pinned tools are installed: beside cargo's own, so that another version on the PATH is left alone.
pub fn tools_dir() -> PathBuf {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    home.unwrap_or_else(target_dir).join("glasshouse")
}

/// A program run from the root, finding our pinned tools and npm's before any other.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    // Trunk 0.21 takes NO_COLOR=1 for a malformed option of its own.
    command
        .args(args)
        .current_dir(root())
        .env("PATH", path())
        .env_remove("NO_COLOR");
    command
}

fn path() -> OsString {
    let ours = [tools_dir().join("bin"), root().join("node_modules/.bin")];
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(ours.into_iter().chain(env::split_paths(&inherited))).unwrap_or(inherited)
}

/// The command as one would type it.
pub fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a program that speaks for itself.
///
/// # Errors
/// When it cannot be started or reports failure.
pub fn run(mut command: Command) -> Result {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(&command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed.", spelled(&command)))
    }
}

/// Runs a program and returns what it printed on standard output.
///
/// # Errors
/// When it cannot be started or reports failure; then with what it printed on standard error.
pub fn output(mut command: Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(&command, &error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed: {}", spelled(&command), said.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program, handing each line of its standard output to `line`; true when it reports success.
///
/// # Errors
/// When it cannot be started.
pub fn each_line(mut command: Command, mut line: impl FnMut(&str)) -> Result<bool> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| not_started(&command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout)
            .lines()
            .map_while(std::io::Result::ok)
            .for_each(|text| line(&text));
    }
    child
        .wait()
        .map(|status| status.success())
        .map_err(|error| error.to_string())
}

/// Runs a long installation quietly: a line when it starts, one every 20 seconds, and its last words if it fails.
///
/// # Errors
/// When it cannot be started or reports failure.
pub fn install(what: &str, expectation: &str, mut command: Command) -> Result {
    println!("installing {what} ({expectation}): {}", spelled(&command));
    let started = Instant::now();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| not_started(&command, &error))?;
    let said = child
        .stderr
        .take()
        .map_or_else(Vec::new, |stderr| listen(what, stderr));
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() {
        println!("  {what}: installed in {} s", started.elapsed().as_secs());
        return Ok(());
    }
    let last_words = said[said.len().saturating_sub(12)..].join("\n");
    Err(format!(
        "{what} could not be installed; the command was `{}`. It said:\n{last_words}",
        spelled(&command)
    ))
}

/// Collects lines until the program closes its end, and reports progress even while it is silent.
fn listen(what: &str, stderr: ChildStderr) -> Vec<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let lines = BufReader::new(stderr)
            .lines()
            .map_while(std::io::Result::ok);
        lines.for_each(|line| _ = sender.send(line));
    });
    let started = Instant::now();
    let (mut said, mut due) = (Vec::new(), PROGRESS);
    loop {
        match lines.recv_timeout(due.saturating_sub(started.elapsed())) {
            Ok(line) => said.push(line),
            Err(RecvTimeoutError::Disconnected) => return said,
            Err(RecvTimeoutError::Timeout) => {
                let is_compiling = |line: &&String| line.trim_start().starts_with("Compiling");
                let compiled = said.iter().filter(is_compiling).count();
                println!("  {what}: {} s, {compiled} crates so far", due.as_secs());
                due += PROGRESS;
            }
        }
    }
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}.", spelled(command))
}
