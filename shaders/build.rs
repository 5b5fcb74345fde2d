//! The kernels as they travel to the reader: without comments and indentation.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    for folder in [".", "trainers"] {
        println!("cargo::rerun-if-changed={folder}");
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if let (Some("wgsl"), Some(name)) = (
                file.extension().and_then(|ending| ending.to_str()),
                file.file_name(),
            ) {
                let bare: String = fs::read_to_string(&file)?.lines().map(bare).collect();
                fs::write(Path::new(&out).join(name), bare)?;
            }
        }
    }
    Ok(())
}

/// WGSL has no strings, so that two strokes always begin a comment.
fn bare(line: &str) -> String {
    let code = line.split("//").next().unwrap_or("").trim();
    match code.is_empty() {
        true => String::new(),
        false => format!("{code}\n"),
    }
}
