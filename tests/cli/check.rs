//! `mtlc check --fix`, `--unsafe` and `--watch`; `mtlc doc`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::mtlc;
use crate::editor::SPEC;
use crate::support::Folder;

/// Writes the spec of a folder, and gives its path.
fn write(folder: &Folder, text: &str) -> String {
    folder.write("a.mtl", text).display().to_string()
}

#[test]
fn safe_fixes_are_applied_and_others_when_asked_for() {
    let folder = Folder::new();
    let unused = "input more from penguins.bill -> standardize\n\nshared trunk";
    let text = SPEC.replace("shared trunk", unused).replace("dense(64)", "dnese(64)");
    let path = write(&folder, &text);
    let output = mtlc(&["check", "--fix", &path]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(folder.read("a.mtl"), SPEC.replace("shared trunk", unused));
    assert_eq!(mtlc(&["check", "--unsafe", &path]).status.code(), Some(2), "`--unsafe` alone means nothing");
    let output = mtlc(&["check", "--fix", "--unsafe", &path]);
    assert_eq!(output.status.code(), Some(0));
    // What was documented as the trunk's is still there, and the input is not.
    assert!(
        !folder.read("a.mtl").contains("more from") && folder.read("a.mtl").contains("shared trunk"),
        "{}",
        folder.read("a.mtl")
    );
    // A `use` loses a name, and goes with the last one.
    let path = write(&folder, &SPEC.replace("{classification, regression}", "{classification, binary, regression}"));
    mtlc(&["check", "--fix", &path]);
    assert_eq!(folder.read("a.mtl"), SPEC);
    let path = write(&folder, &format!("use std.blocks.{{text_cnn}}\n{SPEC}"));
    mtlc(&["check", "--fix", &path]);
    assert_eq!(folder.read("a.mtl"), SPEC);
}

#[test]
fn a_file_is_checked_again_when_it_changes() {
    let folder = Folder::new();
    let path = write(&folder, SPEC);
    let mut child = Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(["check", "--watch", &path])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    let mut next = || lines.find(|line| line.contains(" file")).expect("a summary");
    assert_eq!(next(), "1 file checked, no problems");
    write(&folder, &SPEC.replace("dense", "dnese"));
    assert_eq!(next(), "1 error in 1 file");
    write(&folder, SPEC);
    assert_eq!(next(), "1 file checked, no problems");
    child.kill().and_then(|()| child.wait()).expect("ends");
}

#[test]
fn a_spec_has_a_page() {
    let folder = Folder::new();
    let path = write(&folder, &format!("//! Birds.\n\n{SPEC}"));
    let page = String::from_utf8(mtlc(&["doc", &path]).stdout).expect("text");
    // 2·64 + 64 numbers of the trunk, 64·2 + 2 and 64 + 1 of the heads.
    for part in [
        "# a\n\nBirds.",
        "| species | classification | `penguins.species` | `cross_entropy(smoothing: 0)` | **accuracy**, f1_macro | 0.7 |",
        "387 parameters are learned.",
        "```mermaid\nflowchart",
        "| trunk | `hard` | `f32[rows(penguins), 64]` | 192 | What both tasks read. |",
        "| body | `penguins.bill`, `penguins.flipper` | `standardize` |",
        "| `train.epochs` | `3` |  |",
        "| `train.batch` | `32` | default |",
    ] {
        assert!(page.contains(part), "`{part}` is not in\n{page}");
    }
    let out = folder.0.join("a.md");
    assert_eq!(mtlc(&["doc", &path, "--out", &out.display().to_string()]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&out).expect("is there"), page);
    // A page is made anew; the spec is not written over, nor what somebody else wrote.
    let to = |out: &str| mtlc(&["doc", &path, "--out", out]).status.code();
    assert_eq!(to(&out.display().to_string()), Some(0));
    let own = std::fs::read_to_string(&path).expect("a spec");
    assert_eq!(to(&path), Some(2));
    assert_eq!(std::fs::read_to_string(&path).expect("a spec"), own);
    std::fs::write(&out, "# Mine\n").expect("it can be written");
    assert_eq!(to(&out.display().to_string()), Some(2));
    let path = write(&folder, &SPEC.replace("dense", "dnese"));
    assert_eq!(mtlc(&["doc", &path]).status.code(), Some(1));
}
