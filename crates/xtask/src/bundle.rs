//! `cargo xtask bundle`: what one carries into a room without a network. A zip of the site, and each widget's page as a
//! single file, in target/bundle.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::process::{command, run as run_program, target_dir};
use crate::site::{self, Profile};
use crate::{Result, tools};

/// The command: `bundle [--fast] [--home URL] [--language CODE]`.
pub fn run(args: &[String]) -> Result {
    let home = after(args, "--home", "the site's address")?;
    let language = after(args, "--language", "a language's code")?;
    tools::node_packages()?;
    site::build(Profile::from_args(args))?;

    let bundle = target_dir().join("bundle");
    let single_files = bundle.join("single-file");
    // Pages of an earlier version must not stay among those of this one.
    if bundle.exists() {
        fs::remove_dir_all(&bundle).map_err(|error| format!("{}: {error}.", bundle.display()))?;
    }
    // English always, and another language beside it where one is asked for.
    for code in [Some("en"), language].into_iter().flatten() {
        let mut node = command("node", &["www/single.mjs", "--language", code]);
        node.args([site::dist(), single_files.clone()]).args(home);
        run_program(node)?;
    }

    let archive = bundle.join("glasshouse.zip");
    let folders = [("site", site::dist()), ("single-file", single_files)];
    let bytes = write_zip(&archive, &folders)
        .map_err(|error| format!("{}: {error}.", archive.display()))?;
    println!("{}: {:.1} MB", archive.display(), bytes as f64 / 1e6);
    Ok(())
}

/// What stands behind an option, if it is given.
fn after<'a>(args: &'a [String], option: &str, wants: &str) -> Result<Option<&'a str>> {
    let Some(at) = args.iter().position(|arg| arg == option) else {
        return Ok(None);
    };
    match args.get(at + 1) {
        Some(value) => Ok(Some(value)),
        None => Err(format!("{option} wants {wants}.")),
    }
}

/// Packs `README.txt` and the named folders; returns the size of the archive in bytes.
fn write_zip(archive: &Path, folders: &[(&str, PathBuf)]) -> io::Result<u64> {
    // Without dates: the same site gives the same archive.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(File::create(archive)?);
    zip.start_file("glasshouse/README.txt", options)?;
    zip.write_all(README.as_bytes())?;
    for (name, folder) in folders {
        for path in files(folder)? {
            let relative = path.strip_prefix(folder).map_err(io::Error::other)?;
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            zip.start_file(format!("glasshouse/{name}/{}", parts.join("/")), options)?;
            io::copy(&mut File::open(&path)?, &mut zip)?;
        }
    }
    Ok(zip.finish()?.metadata()?.len())
}

/// Every file below a folder in the order of names, but those that begin with a dot.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.retain(|path| {
        !path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
    });
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

const README: &str = "\
Glasshouse: small neural networks to look into, without a network
=================================================================

single-file/    One page per widget, with engine, models and data inside.
                Double-click one: it opens in Chromium, Chrome, Edge or
                Firefox, and asks nothing of any network. Copy it anywhere.

site/           The whole site. It works from any static server and from any
                folder of it, but not by a double click: browsers load no
                modules from a disk. To serve it from this machine:

                    cd site
                    python3 -m http.server 8000

                and open http://localhost:8000/. Others in the room reach it
                at http://ADDRESS-OF-THIS-MACHINE:8000/. Every server that
                sends files will do; no special headers are needed, but .wasm
                should be sent as application/wasm, and compression (gzip,
                brotli) halves the time to load.

                Over https, or on the machine itself, the page \"Offline\"
                keeps the site in the browser, so that it works again without
                the server. Over plain http browsers do not allow that.

Everything is computed in the browser, on WebGPU or on the CPU. Nothing that
anybody types leaves the machine.

Free software, MIT or Apache-2.0. site/THIRD_PARTY.md names what is inside.
";

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_archive_holds_every_file_under_its_folder_and_no_hidden_one() {
        let folder = std::env::temp_dir().join(format!("glasshouse-bundle-{}", std::process::id()));
        fs::create_dir_all(folder.join("from/v1")).unwrap();
        fs::write(folder.join("from/index.html"), "a page").unwrap();
        fs::write(folder.join("from/v1/x.js"), "code").unwrap();
        fs::write(folder.join("from/.built-from"), "a stamp").unwrap();
        let archive = folder.join("site.zip");
        let bytes = write_zip(&archive, &[("site", folder.join("from"))]).unwrap();
        assert_eq!(bytes, fs::metadata(&archive).unwrap().len());

        let mut zip = zip::ZipArchive::new(File::open(&archive).unwrap()).unwrap();
        let mut names: Vec<_> = (0..zip.len())
            .map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned())
            .collect();
        names.sort();
        let expected = ["README.txt", "site/index.html", "site/v1/x.js"];
        assert_eq!(names, expected.map(|name| format!("glasshouse/{name}")));
        let mut page = String::new();
        let mut file = zip.by_name("glasshouse/site/index.html").unwrap();
        file.read_to_string(&mut page).unwrap();
        assert_eq!(page, "a page");
        drop(file);
        fs::remove_dir_all(folder).unwrap();
    }
}
