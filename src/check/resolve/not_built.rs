//! What is said of a word that has its place in the language and nothing behind it yet.

use crate::catalog::planned;
use crate::check::codes;
use crate::diag::Diagnostic;
use crate::source::Span;

/// A problem with a task template or a decoder by what its answers would be.
pub(in crate::check) fn answer(name: &str, span: Span) -> Option<Diagnostic> {
    let answer = planned::answer(name)?;
    let message = format!("tasks cannot answer with {} yet", answer.what);
    Some(Diagnostic::new(&codes::UNKNOWN_NAME, span, message).here("is not built").help(answer.instead))
}
