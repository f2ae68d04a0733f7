//! One problem, as plain data.

use super::fixes::Safety;
use super::{Code, Level};
use crate::source::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

/// A message at a place; the primary place of a diagnostic has a label too (often the shortest one).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub replacement: String,
    /// Whether something of a list or of a block goes, and with it its comma or its line.
    pub removes: bool,
}

impl Edit {
    pub fn new(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into(), removes: false }
    }

    /// Takes out an item, an entry or a declaration.
    pub fn removal(span: Span) -> Self {
        Self { span, replacement: String::new(), removes: true }
    }
}

/// A change that would solve the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Completes "fix: …", for example "write `dense`".
    pub title: String,
    pub safety: Safety,
    pub edits: Vec<Edit>,
}

/// A problem: one line that stands alone, the places involved, and what to do about it.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: &'static Code,
    pub severity: Severity,
    /// One line that stands alone, without a final period.
    pub message: String,
    /// The primary place.
    pub span: Span,
    /// What to write under the primary place; may be empty.
    pub label: String,
    /// Other places involved.
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    pub help: Option<String>,
    pub fixes: Vec<Fix>,
}

/// A message may quote what stands on several lines.
fn one_line(message: String) -> String {
    if message.contains(['\n', '\r']) { message.split_whitespace().collect::<Vec<_>>().join(" ") } else { message }
}

impl Diagnostic {
    /// A problem of `code` at its default level.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: if code.level == Level::Deny { Severity::Error } else { Severity::Warning },
            message: one_line(message.into()),
            span,
            label: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// The words under the primary place.
    pub fn here(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Another place involved.
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A safe change: replace `span` by `replacement`.
    pub fn fix(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.change(title, Safety::Safe, vec![Edit::new(span, replacement)])
    }

    /// A change that may mean something else than was meant.
    pub fn proposal(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.change(title, Safety::Unsafe, vec![Edit::new(span, replacement)])
    }

    /// A change in several places.
    pub fn change(mut self, title: impl Into<String>, safety: Safety, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { title: title.into(), safety, edits });
        self
    }

    /// Adds "did you mean" help and a fix if one of `candidates` is close to the text at the primary place.
    pub fn did_you_mean<'a>(self, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match super::suggest::closest(written, candidates) {
            Some(candidate) => {
                let span = self.span;
                let candidate = candidate.to_string();
                self.help(format!("did you mean `{candidate}`?")).fix(format!("write `{candidate}`"), span, candidate)
            }
            None => self,
        }
    }

    /// As [`did_you_mean`](Self::did_you_mean), for a candidate that is known to be meant.
    pub fn surely_meant(self, candidate: Option<&str>) -> Self {
        match candidate {
            Some(candidate) => {
                let span = self.span;
                self.help(format!("did you mean `{candidate}`?")).fix(format!("write `{candidate}`"), span, candidate)
            }
            None => self,
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
