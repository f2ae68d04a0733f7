//! The small pipelines whose inputs or answers are no tables: they train, and their answers are written.

use super::{Said, command, json, text};
use crate::data::Folder;

/// Trains a pipeline for two epochs and answers for its test part: the table of answers, how many rows of test it has, and where all is.
fn answered(name: &str, answers: &str, table: &str) -> (Vec<String>, usize, Folder) {
    let folder = Folder::new();
    let spec = format!("{}/pipelines/{name}.mtl", env!("CARGO_MANIFEST_DIR"));
    let mtlc = |words: &[&str]| Said::of(&command(&folder.0).args(words).output().expect("mtlc runs")).must(0, &[]);
    mtlc(&["run", &spec, "--epochs", "2", "--out", "r", "-q"]);
    mtlc(&["predict", "r", "--part", "test", "--out", answers]);
    let report = json(&folder, "r/report.json");
    let of_task = |task: &serde_json::Value| task["test"]["rows"].as_u64();
    let rows =
        report["tasks"].as_object().and_then(|tasks| tasks.values().filter_map(of_task).max()).expect("rows of test");
    (text(&folder, table).lines().map(str::to_string).collect(), rows as usize, folder)
}

#[test]
fn answers_that_stand_in_a_table() {
    for (name, header, rows) in [
        ("assets", "row,assets,status,status.bad", 661..=670),
        ("handwriting", "file,digit,digit.0,digit.1,digit.2,", 90..=90),
        ("orders", "row,total,enough,enough.yes", 147..=149),
        ("receipts", "row,printed,letters", 28..=30),
    ] {
        let (lines, of_test, _folder) = answered(name, "answers.csv", "answers.csv");
        assert!(lines[0].starts_with(header), "{name}: {}", lines[0]);
        assert_eq!(lines.len() - 1, of_test, "{name}");
        assert!(rows.contains(&of_test), "{name}: {of_test}");
    }
}
