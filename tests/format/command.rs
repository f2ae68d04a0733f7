//! `mtlc fmt` as a process.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::Folder;

const UGLY: &str = "train{epochs:3}\n";
const NEAT: &str = "train { epochs: 3 }\n";

fn fmt(folder: &Path, args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .arg("fmt")
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    // A command that does not read its input closes the pipe.
    let _ = child.stdin.take().expect("has one").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("is text");
    (status.code().expect("was not killed"), text(stdout), text(stderr))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("can be read")
}

#[test]
fn files_and_folders_are_rewritten() {
    let folder = Folder::new();
    let (ugly, neat) = (folder.write("ugly.mtl", UGLY), folder.write("neat.mtl", NEAT));
    let (code, stdout, stderr) = fmt(&folder.0, &["."], "");
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert_eq!(stderr, "1 file changed, 1 file well laid out\n");
    assert_eq!((read(&ugly), read(&neat)), (NEAT.to_string(), NEAT.to_string()));
    assert_eq!(std::fs::read_dir(&folder.0).expect("listed").count(), 2, "nothing is left behind");
}

#[test]
fn check_names_files_and_writes_nothing() {
    let folder = Folder::new();
    let ugly = folder.write("ugly.mtl", UGLY);
    folder.write("neat.mtl", NEAT);
    let (code, stdout, _) = fmt(&folder.0, &["--check", "*.mtl"], "");
    assert_eq!((code, stdout.as_str()), (1, "ugly.mtl\n"));
    assert_eq!(read(&ugly), UGLY);
    let (code, stdout, _) = fmt(&folder.0, &["--check", "neat.mtl"], "");
    assert_eq!((code, stdout.as_str()), (0, ""));
}

#[test]
fn diff_shows_what_would_change() {
    let folder = Folder::new();
    let ugly = folder.write("ugly.mtl", UGLY);
    let (code, stdout, _) = fmt(&folder.0, &["--diff", "ugly.mtl"], "");
    assert_eq!(code, 1);
    assert_eq!(stdout, "--- ugly.mtl\n+++ ugly.mtl (formatted)\n@@ -1 +1 @@\n-train{epochs:3}\n+train { epochs: 3 }\n");
    assert_eq!(read(&ugly), UGLY);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new();
    assert_eq!(fmt(&folder.0, &["-"], UGLY), (0, NEAT.to_string(), String::new()));
    assert_eq!(fmt(&folder.0, &["-", "--check"], UGLY).0, 1);
    assert_eq!(fmt(&folder.0, &["-", "--check"], NEAT).0, 0);
    let (code, stdout, stderr) = fmt(&folder.0, &["-"], "train {");
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("this `{` is never closed"), "{stderr}");
    assert_eq!(fmt(&folder.0, &["-", "x.mtl"], UGLY).0, 2);
}

#[test]
fn a_file_with_errors_is_left_alone() {
    let folder = Folder::new();
    let broken = folder.write("broken.mtl", "train{epochs:3\n");
    let ugly = folder.write("ugly.mtl", UGLY);
    let (code, _, stderr) = fmt(&folder.0, &["."], "");
    assert_eq!(code, 1);
    assert!(stderr.contains("unmatched-bracket") && stderr.contains("broken.mtl"), "{stderr}");
    assert_eq!(read(&broken), "train{epochs:3\n");
    assert_eq!(read(&ugly), NEAT, "the others are laid out all the same");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new();
    let (code, _, stderr) = fmt(&folder.0, &["nothing.mtl"], "");
    assert_eq!(code, 2);
    assert!(stderr.starts_with("error: there is no file or folder `nothing.mtl` (looked for it at `"), "{stderr}");
    std::fs::write(folder.0.join("binary.mtl"), [0xff, 0xfe, 0, 1]).expect("can be written");
    let (code, _, stderr) = fmt(&folder.0, &["binary.mtl"], "");
    assert_eq!(code, 2);
    assert!(stderr.contains("not UTF-8"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = Folder::new();
    let target = folder.write("target.txt", UGLY);
    let link = folder.0.join("link.mtl");
    std::os::unix::fs::symlink(&target, &link).expect("can be linked");
    assert_eq!(fmt(&folder.0, &["link.mtl"], "").0, 0);
    assert!(std::fs::symlink_metadata(&link).expect("is there").is_symlink());
    assert_eq!(read(&target), NEAT);
}
