//! Lists the standard task templates, which are the files of `std-tasks/`; and tells the linker where libtorch is, so that a
//! program built with it runs without LD_LIBRARY_PATH (nothing in a build without the feature `libtorch`).

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    std_tasks()?;
    libtorch();
    Ok(())
}

/// Writes the name and the text of every template, in the order of their names, for `check/resolve/std_tasks.rs`.
fn std_tasks() -> io::Result<()> {
    println!("cargo::rerun-if-changed=std-tasks");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&root).join("std-tasks");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "mtl") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    // Without the path of this checkout: another one may share the folder of builds, and this one may be gone by then.
    let file = |name: &str| format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})", format!("/std-tasks/{name}.mtl"));
    let entry = |name: &String| format!("    ({name:?}, include_str!({})),\n", file(name));
    let list: String = names.iter().map(entry).collect();
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("std_tasks.rs"), format!("&[\n{list}]\n"))
}

fn libtorch() {
    // torch-sys says which libtorch it has found: that of `scripts/libtorch`, a named one, or its own download.
    if let Ok(folder) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        for argument in ["-Xlinker", "-rpath", "-Xlinker", folder.as_str()] {
            println!("cargo::rustc-link-arg={argument}");
        }
    }
}
