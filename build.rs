//! Lists the standard library, which is the files of `std-tasks/` and `std-blocks/`. With the feature `libtorch` it also compiles what its Rust
//! binding lacks, and tells the linker where libtorch is, so that a program built with it runs without LD_LIBRARY_PATH.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    library("std-tasks")?;
    library("std-blocks")?;
    #[cfg(feature = "libtorch")]
    libtorch()?;
    Ok(())
}

/// Writes the name and the text of every file of a folder, in the order of their names, for `check/resolve/standard.rs`.
fn library(folder: &str) -> io::Result<()> {
    println!("cargo::rerun-if-changed={folder}");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(Path::new(&root).join(folder))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "mtl") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    // Without the path of this checkout: another one may share the folder of builds, and this one may be gone by then.
    let file = |name: &str| format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})", format!("/{folder}/{name}.mtl"));
    let entry = |name: &String| format!("    ({name:?}, include_str!({})),\n", file(name));
    let list: String = names.iter().map(entry).collect();
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join(format!("{folder}.rs")), format!("&[\n{list}]\n"))
}

#[cfg(feature = "libtorch")]
fn libtorch() -> io::Result<()> {
    const BESIDE: &str = "src/kernels/libtorch/beside.cpp";
    println!("cargo::rerun-if-changed={BESIDE}");
    // torch-sys says which libtorch it has found: that of `scripts/libtorch`, a named one, or its own download.
    let folder = env::var("DEP_TCH_LIBTORCH_LIB").map_err(io::Error::other)?;
    let root = Path::new(&folder).parent().unwrap_or(Path::new("/"));
    let headers = env::var("LIBTORCH_INCLUDE").map_or_else(|_| root.to_owned(), Into::into).join("include");
    // As torch-sys compiles the rest of the binding.
    let abi = env::var("LIBTORCH_CXX11_ABI").unwrap_or_else(|_| "1".to_owned());
    cc::Build::new()
        .cpp(true)
        .warnings(false)
        .std("c++17")
        .define("_GLIBCXX_USE_CXX11_ABI", abi.as_str())
        .include(headers.join("torch/csrc/api/include"))
        .include(headers)
        .file(BESIDE)
        .try_compile("mtlc-libtorch")
        .map_err(io::Error::other)?;
    for argument in ["-Xlinker", "-rpath", "-Xlinker", folder.as_str()] {
        println!("cargo::rustc-link-arg={argument}");
    }
    Ok(())
}
