//! Where stages leave their problems.

use super::Diagnostic;
use crate::source::Span;

/// Collects diagnostics; a stage never stops at the first.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
    /// Where text could not be read.
    lost: Vec<Span>,
}

impl Sink {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.code.fixed && diagnostic.is_error() {
            self.lost.push(diagnostic.span);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Whether text inside a place could not be read: then what seems to be missing there may well be written.
    pub fn lost_within(&self, place: Span) -> bool {
        self.lost.iter().any(|lost| lost.file == place.file && lost.start >= place.start && lost.end <= place.end)
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter()
    }

    /// Puts others in the place of everything that was said.
    pub fn revise(&mut self, change: impl FnOnce(Vec<Diagnostic>) -> Vec<Diagnostic>) {
        self.diagnostics = change(std::mem::take(&mut self.diagnostics));
    }

    /// Everything that was said, in order of place, without exact repetitions.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        self.diagnostics.dedup_by(|b, a| a.code == b.code && a.span == b.span && a.message == b.message);
        self.diagnostics
    }
}
