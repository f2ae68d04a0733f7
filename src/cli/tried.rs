//! The program as `scripts/nccl` starts it by `mpirun`: that of the tests, in which a tensor on the host can stand for one on a GPU.

/// The program, with the arguments in `MTLC_TRY` (one a line), to the end of the process.
#[test]
#[ignore = "started by scripts/nccl"]
fn the_program() {
    let arguments = std::env::var("MTLC_TRY").expect("scripts/nccl says what to do");
    let arguments = std::iter::once("mtlc").chain(arguments.lines()).map(Into::into);
    std::process::exit(i32::from(super::main_with(arguments)));
}
