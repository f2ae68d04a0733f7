//! The page of every code: its bad example raises exactly that code, its good example is clean.

use mtlc::check::codes;

use crate::support::{Outcome, With, all_good, check_at, describe, files_below, repository};

/// Codes whose cause is not in a spec's text, each with the test that raises it.
const ELSEWHERE: &[&str] = &[
    // tests/spec/settings: `mtlc.toml` is beside the spec.
    "bad-settings",
    // tests/spec/obligation: needs a facts file.
    "obligation",
    // tests/spec/set: needs `--set`.
    "unknown-setting",
];

#[test]
fn examples_raise_their_code_and_no_other() {
    let mut problems = Vec::new();
    for code in codes::all().iter().filter(|code| !of_data(code.name)) {
        let blocks = fenced(code.doc);
        let bad: Vec<&str> =
            blocks.iter().filter(|(info, _)| *info == "mtl bad").map(|(_, text)| text.as_str()).collect();
        let good: Vec<&str> =
            blocks.iter().filter(|(info, _)| *info == "mtl good").map(|(_, text)| text.as_str()).collect();
        for (info, _) in &blocks {
            if !["mtl bad", "mtl good"].contains(info) {
                problems.push(format!("{}: a block is ```{info}, and not `mtl bad` or `mtl good`", code.name));
            }
        }
        if good.is_empty() || (bad.is_empty() && !ELSEWHERE.contains(&code.name)) {
            problems.push(format!("{}: {} bad and {} good examples", code.name, bad.len(), good.len()));
        }
        for text in bad {
            let outcome = check_at(&repository("self.mtl"), text, &With::default());
            let raised = names(&outcome);
            if raised.is_empty() || raised.iter().any(|name| *name != code.name) {
                problems.push(format!(
                    "{}: the bad example says\n{}\n{text}",
                    code.name,
                    describe(&outcome).join("\n")
                ));
            }
        }
        for text in good {
            let outcome = check_at(&repository("self.mtl"), text, &With::default());
            if !outcome.diagnostics.is_empty() {
                problems.push(format!(
                    "{}: the good example says\n{}\n{text}",
                    code.name,
                    describe(&outcome).join("\n")
                ));
            }
        }
    }
    all_good(problems);
}

#[test]
fn every_code_is_raised_by_some_spec() {
    let mut raised = std::collections::BTreeSet::new();
    for path in files_below(&repository("tests/spec"), "mtl") {
        let text = std::fs::read_to_string(&path).expect("a spec");
        for line in text.lines().filter_map(|line| line.strip_prefix("//~ ")) {
            raised.extend(
                line.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(code, _)| code.to_string()),
            );
        }
    }
    let missing: Vec<&str> =
        codes::all().iter().map(|code| code.name).filter(|name| !raised.contains(*name) && !of_data(name)).collect();
    assert!(missing.is_empty(), "no spec below tests/spec raises {}", missing.join(", "));
}

/// Whether a code is of the data: its examples are tables, and tests/data raises it.
fn of_data(name: &str) -> bool {
    mtlc::diag::codes::is_of_data(name)
}

fn names(outcome: &Outcome) -> Vec<&'static str> {
    outcome.diagnostics.iter().map(|diagnostic| diagnostic.code.name).collect()
}

/// The fenced blocks of a doc comment: info string and text.
pub fn fenced(doc: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in doc.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.trim(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}
