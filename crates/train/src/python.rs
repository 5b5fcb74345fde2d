//! The pinned PyTorch side: finding or making its environment, and running its scripts.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// glibc gives freed tensors back to the system at once, and every step then pays for fresh pages: let it keep them.
const KEEP_MEMORY: [(&str, &str); 3] = [
    ("MALLOC_TRIM_THRESHOLD_", "4294967296"),
    ("MALLOC_MMAP_THRESHOLD_", "4294967296"),
    ("MALLOC_TOP_PAD_", "268435456"),
];

/// The folder of scripts and of `requirements.txt`.
pub fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// A Python interpreter that has the packages of `requirements.txt`.
pub struct Python {
    interpreter: PathBuf,
}

impl Python {
    /// The interpreter given, or one of a virtual environment in `work`, made on first use.
    ///
    /// # Errors
    /// Fails when there is no Python 3 with `venv`, or its packages cannot be installed.
    pub fn ready(given: Option<&Path>, work: &Path) -> Result<Self> {
        if let Some(interpreter) = given {
            let python = Self {
                interpreter: interpreter.to_owned(),
            };
            ensure!(
                python.has_torch(),
                "{} cannot import torch: install {}",
                interpreter.display(),
                requirements().display()
            );
            return Ok(python);
        }
        let environment = work.join("venv");
        let python = Self {
            interpreter: interpreter_of(&environment),
        };
        if !python.has_torch() {
            println!(
                "setting up Python with {} (once; PyTorch is a large download)",
                requirements().display()
            );
            check(
                Command::new("python3")
                    .args(["-m", "venv"])
                    .arg(&environment),
                "python3 -m venv: on Debian, apt install python3-venv",
            )?;
            let install = ["-m", "pip", "install", "--requirement"];
            check(
                Command::new(&python.interpreter)
                    .args(install)
                    .arg(requirements()),
                "pip install",
            )?;
        }
        Ok(python)
    }

    /// The interpreter given or of an environment in `work`, if it has PyTorch already: nothing is installed.
    pub fn if_there(given: Option<&Path>, work: &Path) -> Option<Self> {
        let interpreter = given.map_or_else(|| interpreter_of(&work.join("venv")), Path::to_owned);
        Some(Self { interpreter }).filter(Self::has_torch)
    }

    /// Runs a script of [`scripts`] in the foreground.
    ///
    /// # Errors
    /// Fails when the script does.
    pub fn run<S: AsRef<OsStr>>(
        &self,
        script: &str,
        args: impl IntoIterator<Item = S>,
    ) -> Result<()> {
        check(
            Command::new(&self.interpreter)
                .envs(KEEP_MEMORY)
                .arg(scripts().join(script))
                .args(args),
            script,
        )
    }

    fn has_torch(&self) -> bool {
        let import = ["-c", "import torch, numpy, safetensors, tokenizers"];
        let quiet = Command::new(&self.interpreter)
            .args(import)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        quiet.is_ok_and(|status| status.success())
    }
}

fn requirements() -> PathBuf {
    scripts().join("requirements.txt")
}

fn interpreter_of(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

fn check(command: &mut Command, what: &str) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start {what}"))?;
    ensure!(status.success(), "{what} failed ({status})");
    Ok(())
}
