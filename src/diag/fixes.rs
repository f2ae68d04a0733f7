//! Fixes applied: which of them go together, and the text that comes of them.

use std::collections::BTreeMap;

use super::{Diagnostic, Edit, Fix};
use crate::source::FileId;

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

/// The text after some fixes.
pub fn applied(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut text = text.to_string();
    for edit in edits.into_iter().rev() {
        if text.get(edit.span.range()).is_some() {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
    }
    text
}
