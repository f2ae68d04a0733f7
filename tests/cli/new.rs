//! `mtlc new`: every kind of project is clean, whole and learnt from.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::Folder;

fn mtlc(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_kind_of_project_runs() {
    let own = Folder::new();
    let folder = &own.0;
    for kind in ["table", "text", "pictures", "series"] {
        let output = mtlc(folder, &["new", kind, "mine"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let output = mtlc(folder, &["new", kind, "mine.mtl"]);
        assert_eq!(output.status.code(), Some(2), "what is there is not replaced");
        let output = mtlc(folder, &["fmt", "--check", "mine.mtl"]);
        assert_eq!(output.status.code(), Some(0), "{kind} is not laid out");
        let output = mtlc(folder, &["check", "mine.mtl"]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()), "{kind}");
        #[cfg(feature = "run")]
        learns(folder, kind);
        std::fs::remove_file(folder.join("mine.mtl")).expect("is there");
        std::fs::remove_dir_all(folder.join("mine")).expect("is there");
    }
}

/// Its data says what the spec expects, and a few epochs answer better than the most frequent class.
#[cfg(feature = "run")]
fn learns(folder: &Path, kind: &str) {
    let output = mtlc(folder, &["check", "--data", "mine.mtl"]);
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("no problems"), "{kind}: {said}{}", text(&output.stdout));
    let output = mtlc(folder, &["run", "mine.mtl", "--set", "train.epochs=5", "--out", "runs"]);
    assert!(output.status.success(), "{kind}: {}", text(&output.stderr));
    let report = std::fs::read_to_string(folder.join("runs/report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    for (name, task) in report["tasks"].as_object().expect("tasks") {
        let skill = task["train"]["skill"].as_f64().unwrap_or_else(|| panic!("{kind}: no skill in {task}"));
        assert!(skill > 0.1, "{kind}: `{name}` has learnt nothing: {skill}");
    }
    std::fs::remove_dir_all(folder.join("runs")).expect("is there");
}
