//! One JSON document: `{ "version": 1, "errors": n, "warnings": n, "diagnostics": [ … ] }`.

use serde::Serialize;

use super::place::Place;
use super::severity_word;
use crate::diag::fixes::{Safety, settled};
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

#[derive(Serialize)]
struct Document<'a> {
    /// Grows when a field changes its meaning.
    version: u32,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place,
    label: &'a str,
    labels: Vec<Labelled<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fixes: Vec<FixOut<'a>>,
}

#[derive(Serialize)]
struct Labelled<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct FixOut<'a> {
    title: &'a str,
    /// Whether it may be applied unseen.
    safe: bool,
    edits: Vec<EditOut<'a>>,
}

#[derive(Serialize)]
struct EditOut<'a> {
    replacement: &'a str,
    #[serde(flatten)]
    place: Place,
}

pub(super) fn render(all: &[(&[Diagnostic], &Sources)]) -> String {
    let every = || all.iter().flat_map(|(diagnostics, sources)| diagnostics.iter().map(move |one| (one, *sources)));
    let errors = every().filter(|(one, _)| one.severity == Severity::Error).count();
    let document = Document {
        version: 1,
        errors,
        warnings: every().count() - errors,
        diagnostics: every().map(|(one, sources)| problem(one, sources)).collect(),
    };
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text + "\n"
}

fn problem<'a>(one: &'a Diagnostic, sources: &Sources) -> Problem<'a> {
    Problem {
        code: one.code.name,
        severity: severity_word(one.severity),
        message: &one.message,
        place: Place::of(one.span, sources),
        label: &one.label,
        labels: one
            .labels
            .iter()
            .map(|label| Labelled { message: &label.message, place: Place::of(label.span, sources) })
            .collect(),
        notes: &one.notes,
        help: one.help.as_deref(),
        fixes: one
            .fixes
            .iter()
            .map(|fix| FixOut {
                title: &fix.title,
                safe: fix.safety == Safety::Safe,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| {
                        let span = settled(&sources.get(edit.span.file).text, edit);
                        EditOut { replacement: &edit.replacement, place: Place::of(span, sources) }
                    })
                    .collect(),
            })
            .collect(),
    }
}
