//! GitHub workflow commands: annotations on the lines of a pull request.

use super::place::Place;
use super::severity_word;
use crate::diag::Diagnostic;
use crate::source::Sources;

pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let at = Place::of(diagnostic.span, sources);
    let mut message = diagnostic.message.clone();
    for note in &diagnostic.notes {
        message += &format!("\nnote: {note}");
    }
    if let Some(help) = &diagnostic.help {
        message += &format!("\nhelp: {help}");
    }
    // An annotation that spans lines may carry no end column.
    let end = if at.end_line == at.line { format!(",endColumn={}", at.end_column) } else { String::new() };
    format!(
        "::{} file={},line={},endLine={},col={}{end},title={}::{}\n",
        severity_word(diagnostic.severity),
        property(&at.file),
        at.line,
        at.end_line,
        at.column,
        property(diagnostic.code.name),
        data(&message)
    )
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which also ends at `:` and `,`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
