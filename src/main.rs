//! The `mtlc` program; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    mtlc::cli::main()
}
