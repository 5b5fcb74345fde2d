//! naga reads every kernel: it must be valid WGSL and bind exactly what the table says.

use std::collections::BTreeSet;
use std::path::Path;

use glasshouse_shaders::{ALL, ENTRY_POINT, Grid, Shader, TRAINERS};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ScalarKind, StorageAccess, TypeInner};

/// The workgroup memory that WebGPU promises, in bytes.
const WORKGROUP_BYTES: u32 = 16_384;

fn module(shader: &Shader) -> Module {
    let module = naga::front::wgsl::parse_str(shader.source)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(shader.source)));
    // No capability beyond core WebGPU.
    if let Err(error) =
        Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module)
    {
        panic!("{}: {}", shader.name, error.emit_to_string(shader.source));
    }
    module
}

#[test]
fn every_kernel_is_valid_and_binds_what_the_table_says() {
    for shader in ALL.iter().chain(TRAINERS) {
        let module = module(shader);
        let mut bound: Vec<_> = module
            .global_variables
            .iter()
            .filter_map(|(_, variable)| {
                let binding = variable.binding?;
                assert_eq!(binding.group, 0, "{}", shader.name);
                Some((binding.binding, variable))
            })
            .collect();
        bound.sort_by_key(|(binding, _)| *binding);
        let read = AddressSpace::Storage {
            access: StorageAccess::LOAD,
        };
        let write = AddressSpace::Storage {
            access: StorageAccess::LOAD | StorageAccess::STORE,
        };
        let mut expected = vec![("params", AddressSpace::Uniform)];
        expected.extend(shader.reads.iter().map(|&name| (name, read)));
        expected.push((shader.writes, write));
        let found: Vec<_> = bound
            .iter()
            .map(|(_, variable)| (variable.name.as_deref().unwrap_or(""), variable.space))
            .collect();
        assert_eq!(found, expected, "{}", shader.name);
        for (i, (binding, _)) in bound.iter().enumerate() {
            assert_eq!(*binding as usize, i, "{}", shader.name);
        }

        let TypeInner::Struct { members, span } = &module.types[bound[0].1.ty].inner else {
            panic!("{}: params is no struct", shader.name);
        };
        let names: Vec<_> = members.iter().filter_map(|m| m.name.as_deref()).collect();
        assert_eq!(names, shader.params, "{}", shader.name);
        assert_eq!(*span as usize, 4 * members.len(), "{}", shader.name);
        for member in members {
            let TypeInner::Scalar(scalar) = module.types[member.ty].inner else {
                panic!("{}: a parameter is no scalar", shader.name);
            };
            assert!(matches!(scalar.kind, ScalarKind::Uint | ScalarKind::Float));
            assert_eq!(scalar.width, 4);
        }
    }
}

#[test]
fn every_kernel_runs_64_invocations_in_the_memory_that_webgpu_promises() {
    for shader in ALL.iter().chain(TRAINERS) {
        let module = module(shader);
        let [entry] = &module.entry_points[..] else {
            panic!("{}: one entry point expected", shader.name);
        };
        assert_eq!(entry.name, ENTRY_POINT, "{}", shader.name);
        assert_eq!(entry.workgroup_size.iter().product::<u32>(), 64);
        if matches!(shader.grid, Grid::Elements | Grid::Rows) {
            assert_eq!(entry.workgroup_size, [64, 1, 1], "{}", shader.name);
        }
        let bytes: u32 = module
            .global_variables
            .iter()
            .filter(|(_, variable)| variable.space == AddressSpace::WorkGroup)
            .map(|(_, variable)| module.types[variable.ty].inner.size(module.to_ctx()))
            .sum();
        assert!(bytes <= WORKGROUP_BYTES, "{}: {bytes} bytes", shader.name);
    }
}

#[test]
fn every_file_is_in_the_table() {
    same("", ALL);
    same("trainers", TRAINERS);
}

fn same(folder: &str, table: &[&Shader]) {
    let listed: BTreeSet<_> = table.iter().map(|shader| shader.name.to_owned()).collect();
    assert_eq!(listed.len(), table.len(), "a name is there twice");
    // What several kernels share, put before them by the table.
    let shared = ["product_tile", "row_reduction"];
    let files: BTreeSet<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let stem = path.file_stem()?.to_str()?.to_owned();
            (path.extension()? == "wgsl" && !shared.contains(&stem.as_str())).then_some(stem)
        })
        .collect();
    assert_eq!(files, listed);
}
