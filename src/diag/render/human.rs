//! Drawn for people by miette: the lines, the labels, the help.

use std::collections::BTreeMap;
use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan, ThemeCharacters, ThemeStyles,
};

use super::Style;
use crate::diag::{Diagnostic, Severity};
use crate::source::{FileId, Sources, Span};

pub(super) fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let theme = GraphicalTheme {
        characters: ThemeCharacters { error: "×".into(), warning: "!".into(), ..ThemeCharacters::unicode() },
        styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(style.width.max(60)).with_links(false);
    // Other files that are involved become snippets of their own, after the primary one.
    let mut places: BTreeMap<FileId, Vec<LabeledSpan>> = BTreeMap::new();
    for label in &diagnostic.labels {
        if label.span.file != diagnostic.span.file {
            let labelled = LabeledSpan::new_with_span(Some(label.message.clone()), visible(label.span, sources));
            places.entry(label.span.file).or_default().push(labelled);
        }
    }
    let primary = LabeledSpan::new_primary_with_span(
        (!diagnostic.label.is_empty()).then(|| diagnostic.label.clone()),
        visible(diagnostic.span, sources),
    );
    let own = diagnostic
        .labels
        .iter()
        .filter(|label| label.span.file == diagnostic.span.file)
        .map(|label| LabeledSpan::new_with_span(Some(label.message.clone()), visible(label.span, sources)));
    let drawn = Drawn {
        message: diagnostic.message.clone(),
        code: Some(diagnostic.code.name.to_string()),
        severity: diagnostic.severity,
        help: help(diagnostic),
        source: source(diagnostic.span.file, sources),
        labels: [primary].into_iter().chain(own).collect(),
        related: places
            .into_iter()
            .map(|(file, labels)| Drawn {
                message: "the place inside it".into(),
                code: None,
                severity: diagnostic.severity,
                help: None,
                source: source(file, sources),
                labels,
                related: Vec::new(),
            })
            .collect(),
    };
    let mut text = String::new();
    match handler.render_report(&mut text, &drawn) {
        Ok(()) => text + "\n",
        Err(_) => super::short::render(diagnostic, sources),
    }
}

/// Help and notes as one text; miette has one place for them.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let notes = diagnostic.notes.iter();
    let lines: Vec<String> = match &diagnostic.help {
        Some(help) => std::iter::once(help.clone()).chain(notes.map(|note| format!("note: {note}"))).collect(),
        // "help: note: …" would be one word too many.
        None => notes.cloned().collect(),
    };
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn source(file: FileId, sources: &Sources) -> NamedSource<String> {
    let file = sources.get(file);
    NamedSource::new(&file.name, file.text.to_string())
}

/// A span that miette can draw: inside the text, on characters, and at the end of the file on the last one that is
/// visible (a label past the end would be dropped).
fn visible(span: Span, sources: &Sources) -> SourceSpan {
    let text = &sources.get(span.file).text;
    let last = text.trim_end().len();
    let (mut start, mut end) = ((span.start as usize).min(text.len()), (span.end as usize).min(text.len()));
    if start >= last && last > 0 {
        start = text[..last].char_indices().next_back().map_or(0, |(at, _)| at);
        end = last;
    }
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    SourceSpan::new(start.into(), end.saturating_sub(start))
}

#[derive(Debug)]
struct Drawn {
    message: String,
    code: Option<String>,
    severity: Severity,
    help: Option<String>,
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
    related: Vec<Drawn>,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|related| related as &dyn miette::Diagnostic)))
    }
}
