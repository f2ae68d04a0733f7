//! Fixes applied: which of them go together, and the text that comes of them.

use std::collections::BTreeMap;

use super::{Diagnostic, Edit, Fix};
use crate::source::{FileId, Span};

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// It says what was meant, or what holds anyway.
    #[default]
    Safe,
    /// It may mean something else than was meant: a person looks at it.
    Unsafe,
}

/// The first fix of each problem that changes one file alone and is as safe as wanted, without those that touch what an
/// earlier one changes.
pub fn chosen(diagnostics: &[Diagnostic], file: FileId, most: Safety) -> Vec<&Fix> {
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    let mut chosen: Vec<&Fix> = Vec::new();
    for problem in diagnostics {
        let Some(fix) = problem.fixes.iter().find(|fix| fix.safety <= most) else { continue };
        if fix.edits.iter().any(|edit| edit.span.file != file) || chosen.iter().any(|other| other.edits == fix.edits) {
            continue;
        }
        let free = |edit: &Edit| {
            let (start, end) = (edit.span.start, edit.span.end);
            // What two fixes insert at one place has no order.
            let before = taken.range(..=end).next_back().is_none_or(|(other, other_end)| {
                *other_end < start || (*other_end == start && *other < start && start < end)
            });
            before || taken.is_empty()
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit.span.end)));
            chosen.push(fix);
        }
    }
    chosen
}

/// What an edit replaces: of a removal, also the comma beside what goes, the line that would be left empty, and a `use` that would name
/// nothing.
pub fn settled(text: &str, edit: &Edit) -> Span {
    let (mut start, mut end) = (edit.span.start as usize, edit.span.end as usize);
    if !edit.removes || text.get(start..end).is_none() {
        return edit.span;
    }
    let space = |one: char| one == ' ' || one == '\t';
    let behind = text[end..].trim_start_matches(space);
    let before = text[..start].trim_end_matches(space);
    if let Some(rest) = behind.strip_prefix(',') {
        let rest = rest.trim_start_matches(space);
        end = text.len() - rest.len();
    } else if let Some(rest) = before.strip_suffix(',') {
        start = rest.len();
    }
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let (head, tail) = (text[line..start].trim(), text[end..next].trim());
    let empties_use = head.starts_with("use ") && head.ends_with('{') && tail == "}";
    if (head.is_empty() && tail.is_empty()) || empties_use {
        (start, end) = (line, next);
    }
    Span::new(edit.span.file, start, end)
}

/// The text after some fixes.
pub fn applied(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<(Span, &str)> =
        fixes.iter().flat_map(|fix| &fix.edits).map(|edit| (settled(text, edit), edit.replacement.as_str())).collect();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    // Of two neighbours that both take the comma between them, the second leaves it to the first.
    let mut taken = 0;
    for (span, _) in &mut edits {
        span.start = span.start.max(taken);
        span.end = span.end.max(span.start);
        taken = span.end;
    }
    let mut text = text.to_string();
    for (span, replacement) in edits.into_iter().rev() {
        if text.get(span.range()).is_some() {
            text.replace_range(span.range(), replacement);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_takes_its_comma_or_its_line_along() {
        let gone = |text: &str, what: &str| {
            let start = text.find(what).expect("is there");
            let span = Span::new(FileId::default(), start, start + what.len());
            let fix = Fix { title: String::new(), safety: Safety::Safe, edits: vec![Edit::removal(span)] };
            applied(text, &[&fix])
        };
        assert_eq!(gone("train { batch: 1, epochs: 2 }", "batch: 1"), "train { epochs: 2 }");
        assert_eq!(gone("train { batch: 1, epochs: 2 }", "epochs: 2"), "train { batch: 1 }");
        assert_eq!(gone("train {\n  batch: 1\n  epochs: 2\n}", "batch: 1"), "train {\n  epochs: 2\n}");
        assert_eq!(gone("use std.tasks.{a, b}\nx", "b"), "use std.tasks.{a}\nx");
        assert_eq!(gone("use std.tasks.{only}\nx", "only"), "x");
        assert_eq!(gone("a\nparam x: int\nb", "param x: int"), "a\nb");
    }
}
