//! Files that are either the old version or the new one, whenever the process dies.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes a file through `fill` under a temporary name beside `path`, syncs it, and renames it into place.
///
/// A reader sees the previous file or the whole new one, never a part. When `fill` fails, `path` is untouched.
///
/// # Errors
/// Fails when the folder is not writable or when `fill` fails.
pub fn write(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let partial = partial_name(path);
    let written = fill_and_rename(&partial, path, fill);
    if written.is_err() {
        // The first error is the one worth reporting; a left-over partial file is only clutter.
        let _ = fs::remove_file(&partial);
    }
    written.with_context(|| format!("could not write {}", path.display()))
}

fn fill_and_rename(
    partial: &Path,
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> Result<()> {
    let mut file = BufWriter::new(File::create(partial)?);
    fill(&mut file)?;
    file.flush()?;
    file.get_ref().sync_all()?;
    Ok(fs::rename(partial, path)?)
}

fn partial_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn replaces_the_whole_file() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("ids.u16");
        write(&path, |file| Ok(file.write_all(b"a long first version")?))?;
        write(&path, |file| Ok(file.write_all(b"second")?))?;
        assert_eq!(fs::read(&path)?, b"second");
        assert_eq!(
            fs::read_dir(folder.path())?.count(),
            1,
            "no temporary file stays behind"
        );
        Ok(())
    }

    #[test]
    fn a_failure_half_way_leaves_the_old_file() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("ids.u16");
        write(&path, |file| Ok(file.write_all(b"old")?))?;
        let failed = write(&path, |file| {
            file.write_all(b"half of the new")?;
            bail!("the disk is full")
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path)?, b"old");
        assert_eq!(
            fs::read_dir(folder.path())?.count(),
            1,
            "no temporary file stays behind"
        );
        Ok(())
    }
}
