//! Problems, told without being asked for: the message, what stands at its places, and what to do.

use std::collections::BTreeMap;

use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString, Uri};

use crate::diag::{self, Severity};
use crate::editor::snapshot::Snapshot;
use crate::editor::world::World;
use crate::source::Sources;

/// What a check has found, by the files that it stands in; the file itself also if nothing is wrong with it. `sources` are those that
/// were checked: with variants, they may be more than the spec's.
pub fn by_file(
    world: &World,
    snapshot: &Snapshot,
    sources: &Sources,
    problems: &[diag::Diagnostic],
) -> BTreeMap<Uri, Vec<Diagnostic>> {
    let mut found: BTreeMap<Uri, Vec<Diagnostic>> = BTreeMap::new();
    let own = snapshot.source().path.as_deref().and_then(|path| world.uri(path));
    found.extend(own.map(|uri| (uri, Vec::new())));
    for problem in problems {
        let path = sources.get(problem.span.file).path.as_deref();
        let Some(uri) = path.and_then(|path| world.uri(path)) else { continue };
        found.entry(uri).or_default().push(shown(world, sources, problem));
    }
    found
}

/// A problem as an editor shows it.
pub fn shown(world: &World, sources: &Sources, problem: &diag::Diagnostic) -> Diagnostic {
    let related: Vec<DiagnosticRelatedInformation> = problem
        .labels
        .iter()
        .filter_map(|label| {
            let location = world.location(sources, label.span)?;
            Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
        })
        .collect();
    Diagnostic {
        range: world.range(sources, problem.span),
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::rc::Rc;

    use super::*;
    use crate::check::codes;
    use crate::source::{FileId, Span};

    #[test]
    fn a_problem_of_a_file_that_is_not_known_ends_nothing() {
        let world = World::default();
        let snapshot = Snapshot::of(Path::new("/a.mtl"), "let x = 1\n".into(), world.loader(), Rc::default());
        let here = Span::new(snapshot.file, 4, 5);
        let strange = Span::new(FileId(99), 4, 5);
        let problem = |span, other| diag::Diagnostic::new(&codes::UNKNOWN_NAME, span, "no").also(other, "nor this");
        let problems = [problem(strange, here), problem(here, strange)];
        let found = by_file(&world, &snapshot, &snapshot.sources, &problems);
        let told: Vec<_> = found.values().flatten().collect();
        assert_eq!((told.len(), told[0].range.start.character, &told[0].related_information), (1, 4, &None));
    }
    #[test]
    fn a_variant_that_is_being_named_lacks_its_block_alone() {
        let world = World::default();
        for text in ["variant a", "variant b { train.epochs: 0.5 }\nvariant a x"] {
            let snapshot = Snapshot::of(Path::new("/a.mtl"), text.into(), world.loader(), Rc::default());
            let judged = snapshot.judged(&world.loader());
            let found = by_file(&world, &snapshot, &judged.sources, &judged.diagnostics);
            let told: Vec<_> = found.values().flatten().filter_map(|one| one.code.clone()).collect();
            let code = |name: &str| NumberOrString::String(name.into());
            assert!(told.contains(&code("missing-part")) && !told.contains(&code("unknown-name")), "{told:?}");
        }
    }
}
