//! `file:line:column: error[code]: message`, one line per problem.

use super::severity_word;
use crate::diag::Diagnostic;
use crate::source::Sources;

pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let at = sources.position(diagnostic.span);
    format!(
        "{}:{}:{}: {}[{}]: {}\n",
        sources.get(diagnostic.span.file).name,
        at.line,
        at.column,
        severity_word(diagnostic.severity),
        diagnostic.code.name,
        diagnostic.message
    )
}
