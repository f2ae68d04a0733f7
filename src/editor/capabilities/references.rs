//! Where a name is used, in this file and in every other one of the editor's folders; and its other places in sight.

use std::path::PathBuf;
use std::rc::Rc;

use lsp_types::request::{DocumentHighlightRequest, References};
use lsp_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, OneOf, ReferenceParams};

use super::Capability;
use crate::check::analysis::{Definition, Sort};
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::source::{Loader, Span};

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(References, references), request!(DocumentHighlightRequest, highlights)],
    declare: |capabilities, _| {
        capabilities.references_provider = Some(OneOf::Left(true));
        capabilities.document_highlight_provider = Some(OneOf::Left(true));
    },
};

/// What makes two definitions, of two checks, the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// It stands in a file. Columns of a range such as `p00 .. p63` stand in one place, and are told apart by name.
    Place { path: PathBuf, start: u32, column: Option<String> },
    /// It is of the standard library or the catalog.
    Known(String, String),
}

pub fn identity(snapshot: &Snapshot, definition: &Definition) -> Identity {
    match definition.span {
        Some(span) => match snapshot.path_of(span.file) {
            Some(path) => Identity::Place {
                path: path.to_path_buf(),
                start: span.start,
                column: (definition.sort == Sort::Column).then(|| definition.name.clone()),
            },
            None => Identity::Known(snapshot.sources.get(span.file).name.clone(), span.start.to_string()),
        },
        None => {
            let sort = if let Sort::Entry(folder) = definition.sort { folder.to_string() } else { String::new() };
            Identity::Known(sort, definition.name.clone())
        }
    }
}

/// Every place of a file's check that means the same: where it is read, and where it is defined.
pub fn places<'a>(snapshot: &'a Snapshot, wanted: &Identity) -> Vec<(Span, &'a Definition)> {
    let names = snapshot.names();
    let same: Vec<bool> =
        names.definitions.iter().map(|definition| identity(snapshot, definition) == *wanted).collect();
    let defined = names.definitions.iter().zip(&same).filter(|(_, same)| **same);
    let mut places: Vec<(Span, &Definition)> =
        defined.filter_map(|(definition, _)| Some((definition.span?, definition))).collect();
    let read = names.uses.iter().filter(|one| same[one.of]);
    places.extend(read.map(|one| (one.span, &names.definitions[one.of])));
    places.sort_by_key(|(span, _)| *span);
    places.dedup_by_key(|(span, _)| *span);
    places
}

/// The checks of all specs that may name something: this one first, then those whose text has the word.
pub fn concerned(world: &World, snapshot: &Rc<Snapshot>, name: &str) -> Vec<Rc<Snapshot>> {
    let own = snapshot.source().path.clone().unwrap_or_default();
    let word = name.rsplit('.').next().unwrap_or(name);
    let mut all = vec![snapshot.clone()];
    let loader = world.loader();
    for path in world.specs() {
        if path != own && loader.read(&path).is_ok_and(|text| text.contains(word)) {
            all.extend(world.checked(&path));
        }
    }
    all
}

fn references(world: &World, params: ReferenceParams) -> Result<Option<Vec<Location>>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position)?;
    let Some(symbol) = snapshot.symbol(offset) else { return Ok(None) };
    let wanted = identity(&snapshot, symbol.definition);
    let mut found: Vec<Location> = Vec::new();
    for other in concerned(world, &snapshot, &symbol.definition.name) {
        for (span, definition) in places(&other, &wanted) {
            let is_definition = definition.span == Some(span);
            let location = world.location(&other.sources, span);
            if let Some(location) = location.filter(|_| params.context.include_declaration || !is_definition)
                && !found.contains(&location)
            {
                found.push(location);
            }
        }
    }
    Ok(Some(found))
}

fn highlights(world: &World, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position_params)?;
    let Some(symbol) = snapshot.symbol(offset) else { return Ok(None) };
    let wanted = identity(&snapshot, symbol.definition);
    let here = places(&snapshot, &wanted).into_iter().filter(|(span, _)| span.file == snapshot.file);
    let shown = here.map(|(span, definition)| {
        let is_definition = definition.span == Some(span);
        let kind = if is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
        DocumentHighlight { range: world.range(&snapshot.sources, span), kind: Some(kind) }
    });
    Ok(Some(shown.collect()))
}
