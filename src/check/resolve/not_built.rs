//! What is said of a word that has its place in the language and nothing behind it yet.

use crate::catalog::planned;
use crate::check::codes;
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::Ident;

/// A problem with a kind of columns.
pub(in crate::check) fn kind(name: &Ident) -> Option<Diagnostic> {
    let kind = planned::kind(&name.name)?;
    let message = format!("columns of kind `{}` cannot be read yet", kind.name);
    let here = "has its place in the language, and is not built";
    Some(Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message).here(here).help(kind.instead))
}

/// A problem with a task template or a decoder by what its answers would be.
pub(in crate::check) fn answer(name: &str, span: Span) -> Option<Diagnostic> {
    let answer = planned::answer(name)?;
    let message = format!("tasks cannot answer with {} yet", answer.what);
    Some(Diagnostic::new(&codes::UNKNOWN_NAME, span, message).here("is not built").help(answer.instead))
}
