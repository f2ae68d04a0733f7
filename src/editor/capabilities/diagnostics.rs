//! Problems, told without being asked for: the message, what stands at its places, and what to do.

use std::collections::BTreeMap;

use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString, Uri};

use crate::diag::{self, Severity};
use crate::editor::snapshot::Snapshot;
use crate::editor::world::World;

/// What a check has found, by the files that it stands in; the file itself also if nothing is wrong with it.
pub fn by_file(world: &World, snapshot: &Snapshot, problems: &[diag::Diagnostic]) -> BTreeMap<Uri, Vec<Diagnostic>> {
    let mut found: BTreeMap<Uri, Vec<Diagnostic>> = BTreeMap::new();
    let own = snapshot.source().path.as_deref().and_then(|path| world.uri(path));
    found.extend(own.map(|uri| (uri, Vec::new())));
    for problem in problems {
        let path = snapshot.sources.get(problem.span.file).path.as_deref();
        let Some(uri) = path.and_then(|path| world.uri(path)) else { continue };
        found.entry(uri).or_default().push(shown(world, snapshot, problem));
    }
    found
}

/// A problem as an editor shows it.
pub fn shown(world: &World, snapshot: &Snapshot, problem: &diag::Diagnostic) -> Diagnostic {
    let related: Vec<DiagnosticRelatedInformation> = problem
        .labels
        .iter()
        .filter_map(|label| {
            let location = world.location(&snapshot.sources, label.span)?;
            Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
        })
        .collect();
    Diagnostic {
        range: world.range(&snapshot.sources, problem.span),
        severity: Some(match problem.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(problem.code.name.into())),
        source: Some("mtlc".into()),
        message: message(problem),
        related_information: (!related.is_empty()).then_some(related),
        tags: problem.code.name.starts_with("unused-").then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..Diagnostic::default()
    }
}

fn message(problem: &diag::Diagnostic) -> String {
    let mut message = problem.message.clone();
    if let Some(help) = &problem.help {
        message += &format!("\nhelp: {help}");
    }
    for note in &problem.notes {
        message += &format!("\nnote: {note}");
    }
    message
}
