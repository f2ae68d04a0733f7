//! The parser: what it accepts, what it says, and how it goes on after a mistake.

mod accepted;
mod again;

use mtlc::diag::{Diagnostic, Sink};
use mtlc::source::{FileId, Sources};
use mtlc::syntax::{self, tree};

/// Parses a text and returns what was said about it.
pub fn parse(text: &str) -> (tree::File, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let file = syntax::parse(FileId(0), text, &mut sink);
    (file, sink.finish())
}

/// Parses a text that must have no problems.
pub fn parse_clean(text: &str) -> tree::File {
    let (file, problems) = parse(text);
    assert!(problems.is_empty(), "unexpected problems:\n{}", describe(text, &problems));
    file
}

/// Problems as plain text: one paragraph each.
pub fn describe(text: &str, problems: &[Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add("test.mtl", None, text);
    let mut lines = String::new();
    for problem in problems {
        let at = sources.position(problem.span);
        lines += &format!("{}:{} {}: {}\n", at.line, at.column, problem.code.name, problem.message);
        let mut also = |word: &str, text: &str| {
            if !text.is_empty() {
                lines += &format!("    {word}: {text}\n");
            }
        };
        also("here", &problem.label);
        for label in &problem.labels {
            let at = sources.position(label.span);
            also("also", &format!("{}:{} {}", at.line, at.column, label.message));
        }
        for note in &problem.notes {
            also("note", note);
        }
        also("help", problem.help.as_deref().unwrap_or(""));
        for fix in &problem.fixes {
            also("fix", &format!("{} ⇒ {}", fix.title, apply(text, &fix.edits).replace('\n', "⏎")));
        }
    }
    lines
}

/// A text after some edits.
pub fn apply(text: &str, edits: &[mtlc::diag::Edit]) -> String {
    let mut edits: Vec<_> = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    let mut changed = text.to_string();
    for edit in edits.iter().rev() {
        changed.replace_range(edit.span.range(), &edit.replacement);
    }
    changed
}
