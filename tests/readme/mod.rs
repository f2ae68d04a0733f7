//! The README shows what is: its spec is the penguins pipeline, its error is what `mtlc check` prints, its settings are
//! known, and it lists every pipeline, each of which is clean.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::Folder;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("there is a README")
}

/// The only block of a language in the README.
fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let opening = format!("```{language}\n");
    let mut blocks = readme.split(&opening).skip(1);
    let text = blocks.next().and_then(|rest| rest.split("```").next()).expect("the README has such a block");
    assert!(blocks.next().is_none(), "the README has two blocks of {language}");
    text
}

/// A folder of its own, with a spec of this text and these settings.
fn folder(spec: &str, settings: &str) -> Folder {
    let folder = Folder::new();
    folder.write("penguins.mtl", spec);
    folder.write("mtlc.toml", settings);
    folder
}

fn check(folder: &Folder) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(["check", "penguins.mtl"])
        .current_dir(&folder.0)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("mtlc runs")
}

fn penguins() -> String {
    std::fs::read_to_string(root().join("pipelines/penguins.mtl")).expect("there is a penguins pipeline")
}

#[test]
fn the_spec_is_the_pipeline() {
    assert!(penguins().ends_with(block(&readme(), "mtl")), "the spec of the README is not pipelines/penguins.mtl");
}

#[test]
fn the_error_is_what_check_prints() {
    let broken = penguins().replace(" -> embed(4)", "").replace("mass: 0.2", "mass: 0.3");
    let output = check(&folder(&broken, ""));
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(printed.trim(), block(&readme(), "text").trim());
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_settings_are_known() {
    let output = check(&folder(&penguins(), block(&readme(), "toml")));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn every_pipeline_is_listed() {
    let readme = readme();
    let folder = std::fs::read_dir(root().join("pipelines")).expect("there are pipelines");
    for name in folder.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        assert!(!name.ends_with(".mtl") || readme.contains(&format!("(pipelines/{name})")), "{name} is not listed");
    }
}

#[test]
fn every_pipeline_is_clean() {
    let output = Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(["check", "--deny", "warnings", "pipelines"])
        .current_dir(root())
        .output()
        .expect("mtlc runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
