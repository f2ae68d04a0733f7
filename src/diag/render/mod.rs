//! One renderer per output format; all read the same plain [`Diagnostic`].

mod github;
mod human;
mod json;
mod junit;
mod place;
mod sarif;
mod short;

use super::{Diagnostic, Severity};
use crate::source::Sources;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Drawn with the source lines, for people.
    Human,
    /// `file:line:column: error[code]: message`.
    Short,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow commands.
    Github,
    /// JUnit XML, one test case per file.
    Junit,
}

impl Format {
    /// True if all files together make one document.
    pub fn is_document(self) -> bool {
        matches!(self, Format::Json | Format::Sarif | Format::Junit)
    }
}

/// How to draw for people.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Renders the problems of several compilations.
pub fn render(format: Format, all: &[(&[Diagnostic], &Sources)], style: Style) -> String {
    let each = |one: fn(&Diagnostic, &Sources, Style) -> String| -> String {
        all.iter()
            .flat_map(|(diagnostics, sources)| diagnostics.iter().map(move |diagnostic| (diagnostic, *sources)))
            .map(|(diagnostic, sources)| one(diagnostic, sources, style))
            .collect()
    };
    match format {
        Format::Human => each(human::render),
        Format::Short => each(|diagnostic, sources, _| short::render(diagnostic, sources)),
        Format::Github => each(|diagnostic, sources, _| github::render(diagnostic, sources)),
        Format::Json => json::render(all),
        Format::Sarif => sarif::render(all),
        Format::Junit => junit::render(all),
    }
}

/// `error` or `warning`.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
