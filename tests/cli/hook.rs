//! The pre-commit hook script: it builds the small program once, says what is in the way, and passes on what it is given.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::data::Folder;
use crate::support::repository;

/// A stand-in for cargo, which notes how it was called and "builds" a program that says what it was asked.
const CARGO: &str = r#"#!/bin/sh
echo "$@" >> "$CALLS"
while [ $# -gt 0 ]; do
  if [ "$1" = --root ]; then root=$2; fi
  shift
done
sleep 0.3
mkdir -p "$root/bin"
printf '#!/bin/sh\necho "ran $*"\nexit 1\n' > "$root/bin/mtlc"
chmod +x "$root/bin/mtlc"
"#;

const BROKEN_CARGO: &str = "#!/bin/sh\necho 'error: rustc 1.60 is not supported' >&2\nexit 101\n";

/// A cache, and a PATH whose cargo is this script; without a script there is no cargo.
fn folder(cargo: Option<&str>) -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("bin")).expect("a folder");
    if let Some(script) = cargo {
        let file = folder.0.join("bin/cargo");
        std::fs::write(&file, script).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("made executable");
    }
    folder
}

fn hook(folder: &Path) -> Command {
    let mut command = Command::new(repository("scripts/hook"));
    // Tools of the system, and no cargo but ours.
    let path = format!("{}:/usr/bin:/bin", folder.join("bin").display());
    command.env("PATH", path).env("CALLS", folder.join("calls")).env("MTLC_HOOK_CACHE", folder.join("cache"));
    command.env("CARGO_HOME", folder.join("none")).env("HOME", folder).current_dir(folder);
    command
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn calls(folder: &Folder) -> Vec<String> {
    let text = std::fs::read_to_string(folder.0.join("calls")).unwrap_or_default();
    text.lines().map(str::to_string).collect()
}

/// The one folder of the cache.
fn home(folder: &Folder) -> PathBuf {
    let mut entries = std::fs::read_dir(folder.0.join("cache")).expect("a cache").flatten();
    let home = entries.next().expect("one program").path();
    assert!(entries.next().is_none(), "one program");
    home
}

#[test]
fn the_small_program_is_built_once_and_run_with_what_was_given() {
    let folder = folder(Some(CARGO));
    let (code, out, err) = said(&hook(&folder.0).args(["check", "a b.mtl", "c.mtl"]).output().expect("runs"));
    assert_eq!((code, out.as_str()), (Some(1), "ran check a b.mtl c.mtl\n"), "{err}");
    assert!(err.contains("building mtlc"), "{err}");
    let (code, out, err) = said(&hook(&folder.0).args(["fmt", "c.mtl"]).output().expect("runs"));
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), "ran fmt c.mtl\n", ""));
    let calls = calls(&folder);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(calls[0].contains("install") && calls[0].contains("--locked --no-default-features"), "{}", calls[0]);
    let home = home(&folder);
    let name = home.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(name.starts_with(env!("CARGO_PKG_VERSION")), "{name}");
    assert!(!home.join("work").exists() && !home.join("lock").exists(), "nothing is left behind");
}

#[test]
fn of_several_at_once_one_builds() {
    let folder = folder(Some(CARGO));
    let running: Vec<_> = (0..4)
        .map(|number| {
            let mut command = hook(&folder.0);
            command.args(["check", &format!("{number}.mtl")]).stdout(std::process::Stdio::piped());
            command.stderr(std::process::Stdio::null()).spawn().expect("starts")
        })
        .collect();
    for (number, child) in running.into_iter().enumerate() {
        let (code, out, _) = said(&child.wait_with_output().expect("ends"));
        assert_eq!((code, out), (Some(1), format!("ran check {number}.mtl\n")));
    }
    assert_eq!(calls(&folder).len(), 1);
}

#[test]
fn what_is_in_the_way_is_said_and_nothing_half_done_stays() {
    let folder = folder(None);
    let (code, out, err) = said(&hook(&folder.0).args(["check", "a.mtl"]).output().expect("runs"));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("no cargo") && err.contains("rustup.rs") && err.contains("mtlc-check-system"), "{err}");

    std::fs::write(folder.0.join("bin/cargo"), BROKEN_CARGO).expect("written");
    std::fs::set_permissions(folder.0.join("bin/cargo"), std::fs::Permissions::from_mode(0o755)).expect("executable");
    let (code, _, err) = said(&hook(&folder.0).args(["check", "a.mtl"]).output().expect("runs"));
    assert_eq!(code, Some(2));
    assert!(err.contains("could not be built") && err.contains("rustc 1.60 is not supported"), "{err}");

    // Left behind by a process that is no more.
    let mut gone = Command::new("true").spawn().expect("starts");
    let owner = gone.id().to_string();
    gone.wait().expect("ends");
    std::os::unix::fs::symlink(owner, home(&folder).join("lock")).expect("a link");
    std::fs::write(folder.0.join("bin/cargo"), CARGO).expect("written");
    let (code, out, err) = said(&hook(&folder.0).args(["check", "a.mtl"]).output().expect("runs"));
    assert_eq!((code, out.as_str()), (Some(1), "ran check a.mtl\n"), "{err}");
}

#[test]
fn every_hook_is_a_command_of_this_program() {
    let hooks = std::fs::read_to_string(repository(".pre-commit-hooks.yaml")).expect("is there");
    let entries: Vec<&str> = hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries, ["scripts/hook check", "scripts/hook fmt", "mtlc check", "mtlc fmt"]);
    let mode = std::fs::metadata(repository("scripts/hook")).expect("is there").permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "scripts/hook can be run");
}
