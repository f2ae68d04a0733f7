//! Tells the linker where libtorch is, so that a program built with it runs without LD_LIBRARY_PATH. Does nothing in a
//! build without the feature `libtorch`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // torch-sys says which libtorch it has found: that of `scripts/libtorch`, a named one, or its own download.
    if let Ok(folder) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        for argument in ["-Xlinker", "-rpath", "-Xlinker", folder.as_str()] {
            println!("cargo::rustc-link-arg={argument}");
        }
    }
}
