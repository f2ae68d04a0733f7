//! Fixes: how many codes carry one, and that each mends what it is for.

use std::collections::BTreeSet;

use mtlc::check::codes;
use mtlc::diag::fixes::{Safety, applied};

use super::codes::fenced;
use crate::support::{With, all_good, check_at, files_below, repository};

/// Every text that has problems, with what is said where it comes from: examples of the codes' pages, and specs.
fn texts() -> Vec<(String, std::path::PathBuf, String)> {
    let mut texts = Vec::new();
    for code in codes::all().iter().filter(|code| !mtlc::diag::codes::is_of_data(code.name)) {
        let bad = fenced(code.doc).into_iter().filter(|(info, _)| *info == "mtl bad");
        texts.extend(bad.map(|(_, text)| (code.name.to_string(), repository("self.mtl"), text)));
    }
    for path in files_below(&repository("tests/spec"), "mtl") {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        texts.push((path.display().to_string(), path, text));
    }
    texts
}

#[test]
fn fixes_mend_what_they_are_for() {
    let mut with_fix: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = Vec::new();
    for (place, path, text) in texts() {
        let before = check_at(&path, &text, &With::default());
        let root = before.sources.iter().find(|(_, file)| *file.text == *text).map(|(id, _)| id);
        for problem in &before.diagnostics {
            for fix in problem.fixes.iter().filter(|fix| fix.edits.iter().all(|edit| Some(edit.span.file) == root)) {
                with_fix.insert(problem.code.name);
                let after_text = applied(&text, &[fix]);
                let after = check_at(&path, &after_text, &With::default());
                let same = |outcome: &crate::support::Outcome| {
                    let of = |one: &&mtlc::diag::Diagnostic| one.code == problem.code && one.message == problem.message;
                    outcome.diagnostics.iter().filter(of).count()
                };
                let broken =
                    |outcome: &crate::support::Outcome| outcome.diagnostics.iter().filter(|one| one.code.fixed).count();
                if same(&after) >= same(&before) {
                    wrong.push(format!("{place}: `{}` leaves {}: {}", fix.title, problem.code.name, problem.message));
                } else if fix.safety == Safety::Unsafe && broken(&after) > broken(&before) {
                    wrong.push(format!("{place}: `{}` makes what cannot be read of {}", fix.title, problem.message));
                }
            }
        }
    }
    all_good(wrong);
    let all = codes::all().len();
    assert!(with_fix.len() * 2 >= all, "{} of {all} codes carry a fix: {with_fix:?}", with_fix.len());
}
