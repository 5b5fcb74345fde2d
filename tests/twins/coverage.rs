//! The law of the house: one op = one trait method = one WGSL file = one CPU function = one twin test,
//! all with the same name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::TESTED;

/// Methods of the trait that compute nothing: they name, move or view.
const NOT_OPS: [&str; 5] = ["kind", "shape", "upload", "reshape", "read"];

/// Pieces that several kernels share.
const SHARED_WGSL: [&str; 2] = ["product_tile", "row_reduction"];

/// Ops that candle itself does on the CPU.
const BY_CANDLE: [&str; 1] = ["rows"];

fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn without(all: BTreeSet<String>, exceptions: &[&str]) -> BTreeSet<String> {
    for exception in exceptions {
        assert!(
            all.contains(*exception),
            "{exception} is gone: take it off the list"
        );
    }
    all.into_iter()
        .filter(|name| !exceptions.contains(&name.as_str()))
        .collect()
}

/// The stems of the files of a folder of the repository that end in `.{extension}`.
fn stems(folder: &str, extension: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    let files = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = files.map(|file| file.expect("the folder can be listed").path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| {
            path.file_stem()
                .expect("a file has a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

fn tested() -> BTreeSet<String> {
    names(TESTED.iter().copied())
}

#[test]
fn every_method_of_the_trait_has_a_twin() {
    let source = include_str!("../../crates/tensor/src/backend.rs");
    let (_, body) = source
        .split_once("pub trait Backend")
        .expect("the trait is there");
    let methods = body.lines().filter_map(|line| {
        let declaration = line.strip_prefix("    ")?;
        let declaration = declaration.strip_prefix("async ").unwrap_or(declaration);
        let rest = declaration.strip_prefix("fn ")?;
        rest.split(['(', '<']).next()
    });
    assert_eq!(without(names(methods), &NOT_OPS), tested());
}

#[test]
fn every_wgsl_file_has_a_twin() {
    assert_eq!(without(stems("shaders", "wgsl"), &SHARED_WGSL), tested());
    let table = names(glasshouse_shaders::ALL.iter().map(|shader| shader.name));
    assert_eq!(table, tested());
}

#[test]
fn every_cpu_function_has_a_twin() {
    let files = stems("crates/backend-cpu/src/ops", "rs");
    assert_eq!(files, without(tested(), &BY_CANDLE));
}
