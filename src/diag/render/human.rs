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
        characters: ThemeCharacters {
            error: "×".into(),
            warning: "!".into(),
            advice: "→".into(),
            ..ThemeCharacters::unicode()
        },
        styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(style.width.max(60)).with_links(false);
    let draw = |drawn: &Drawn| {
        let mut text = String::new();
        handler.render_report(&mut text, drawn).ok().map(|()| text)
    };
    let drawn = |help: Option<String>| draw(&primary(diagnostic, sources, help));
    let help = help(diagnostic);
    let report = match (&diagnostic.help, help) {
        // What is known beside it is no advice: miette has one word for both.
        (None, Some(notes)) => drawn(Some(notes)).zip(drawn(None)).map(|(whole, above)| named_notes(&whole, &above)),
        (_, help) => drawn(help),
    };
    let others: Option<String> = elsewhere(diagnostic, sources).iter().map(draw).collect();
    match report.zip(others) {
        Some((report, others)) => report + &others + "\n",
        None => super::short::render(diagnostic, sources),
    }
}

/// What is drawn of the file where the problem is.
fn primary(diagnostic: &Diagnostic, sources: &Sources, help: Option<String>) -> Drawn {
    let first = LabeledSpan::new_primary_with_span(
        (!diagnostic.label.is_empty()).then(|| diagnostic.label.clone()),
        visible(diagnostic.span, sources),
    );
    let own = diagnostic
        .labels
        .iter()
        .filter(|label| label.span.file == diagnostic.span.file)
        .map(|label| LabeledSpan::new_with_span(Some(label.message.clone()), visible(label.span, sources)));
    Drawn {
        message: diagnostic.message.clone(),
        code: Some(diagnostic.code.name.to_string()),
        severity: match diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        },
        help,
        source: source(diagnostic.span.file, sources),
        labels: std::iter::once(first).chain(own).collect(),
    }
}

/// Other files that are involved: snippets of their own, behind the primary one, and no problems of their own.
fn elsewhere(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Drawn> {
    let mut places: BTreeMap<FileId, Vec<LabeledSpan>> = BTreeMap::new();
    for label in diagnostic.labels.iter().filter(|label| label.span.file != diagnostic.span.file) {
        let labelled = LabeledSpan::new_with_span(Some(label.message.clone()), visible(label.span, sources));
        places.entry(label.span.file).or_default().push(labelled);
    }
    let drawn = |(file, labels): (FileId, Vec<LabeledSpan>)| Drawn {
        message: format!("in `{}`", sources.get(file).name),
        code: None,
        severity: miette::Severity::Advice,
        help: None,
        source: source(file, sources),
        labels,
    };
    places.into_iter().map(drawn).collect()
}

/// A report whose foot is called notes, given all that stands above the foot.
fn named_notes(whole: &str, above: &str) -> String {
    match whole.strip_prefix(above) {
        Some(foot) => format!("{above}{}", foot.replacen("help: ", "note: ", 1)),
        None => whole.to_string(),
    }
}

/// Help and notes as one text; miette has one place for them.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let notes = diagnostic.notes.iter();
    let lines: Vec<String> = match &diagnostic.help {
        Some(help) => std::iter::once(help.clone()).chain(notes.map(|note| format!("note: {note}"))).collect(),
        // The foot is called notes then.
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
    severity: miette::Severity,
    help: Option<String>,
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
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
        Some(self.severity)
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes::names::UNKNOWN_NAME;

    fn drawn(change: impl FnOnce(Diagnostic, Span) -> Diagnostic) -> String {
        let mut sources = Sources::default();
        let own = sources.add("own.mtl".to_string(), None, "first line\n".to_string());
        let other = sources.add("other.mtl".to_string(), None, "second line\n".to_string());
        let diagnostic = Diagnostic::new(&UNKNOWN_NAME, Span::new(own, 0, 5), "it is wrong").here("here");
        render(&change(diagnostic, Span::new(other, 0, 6)), &sources, Style { color: false, width: 80 })
    }

    #[test]
    fn notes_alone_are_no_help() {
        let notes = drawn(|diagnostic, _| diagnostic.note("also `help: this`").note("and 2 more"));
        assert!(notes.contains("  note: also `help: this`\n        and 2 more\n"), "{notes}");
        let both = drawn(|diagnostic, _| diagnostic.note("also this").help("do that"));
        assert!(both.contains("  help: do that\n        note: also this\n"), "{both}");
        assert!(!drawn(|diagnostic, _| diagnostic).contains("note"));
    }

    #[test]
    fn other_files_are_named_and_are_no_errors() {
        let text = drawn(|diagnostic, other| diagnostic.also(other, "there"));
        assert_eq!(text.matches('×').count(), 1, "{text}");
        assert!(text.contains("→ in `other.mtl`") && text.contains("there") && !text.contains("Error:"), "{text}");
    }
}
