//! What a file declares, as an outline; and, over all files of the editor's folders, by name.

use std::collections::HashMap;
use std::path::PathBuf;

use lsp_types::request::{DocumentSymbolRequest, WorkspaceSymbolRequest};
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, OneOf, SymbolInformation, SymbolKind,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::Capability;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::source::{Loader, Span};
use crate::syntax::tree::{Block, Decl, EntryKind, Item, Keyword, UseSource};

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(DocumentSymbolRequest, outline), request!(WorkspaceSymbolRequest, everywhere)],
    declare: |capabilities, _| {
        capabilities.document_symbol_provider = Some(OneOf::Left(true));
        capabilities.workspace_symbol_provider = Some(OneOf::Left(true));
    },
};

/// The path of the file that `use "…"` names at a place.
pub fn used_file(snapshot: &Snapshot, offset: usize) -> Option<PathBuf> {
    let folder = snapshot.source().path.as_deref()?.parent()?;
    snapshot.tree().items.iter().find_map(|item| match item {
        Item::Use(one) => match &one.source {
            UseSource::File { path, span } if span.range().contains(&offset) => Some(folder.join(path)),
            _ => None,
        },
        Item::Decl(_) => None,
    })
}

fn kind_of(decl: &Decl) -> SymbolKind {
    match decl.keyword {
        Keyword::Data => SymbolKind::STRUCT,
        Keyword::Input | Keyword::Let | Keyword::Instance => SymbolKind::VARIABLE,
        Keyword::Shared => SymbolKind::CLASS,
        Keyword::Block => SymbolKind::FUNCTION,
        Keyword::Param => SymbolKind::CONSTANT,
        Keyword::Task if decl.params.is_some() || decl.from.is_none() => SymbolKind::INTERFACE,
        Keyword::Task => SymbolKind::METHOD,
        Keyword::Weights | Keyword::Train | Keyword::Evaluate | Keyword::Transfer | Keyword::Variant => {
            SymbolKind::NAMESPACE
        }
    }
}

fn outline(world: &World, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let types: HashMap<Span, Option<&String>> =
        snapshot.names().definitions.iter().rev().filter_map(|one| Some((one.span?, one.ty.as_ref()))).collect();
    let symbols = snapshot.decls().map(|decl| {
        let name = decl.name.as_ref().map_or(decl.keyword.text().to_string(), |name| name.name.clone());
        let selection = decl.name.as_ref().map_or(decl.keyword_span, |name| name.span);
        let ty = decl.name.as_ref().and_then(|name| *types.get(&name.span)?);
        let mut children = Vec::new();
        if let Some(block) = &decl.block {
            entries(world, &snapshot, decl.keyword, block, &mut children);
        }
        let detail = Some(match ty {
            Some(ty) => format!("{} {ty}", decl.keyword.text()),
            None => decl.keyword.text().to_string(),
        });
        symbol(world, &snapshot, name, detail, kind_of(decl), decl.span, selection, children)
    });
    Ok(Some(DocumentSymbolResponse::Nested(symbols.collect())))
}

#[expect(clippy::too_many_arguments, reason = "a symbol of the protocol has as many parts")]
fn symbol(
    world: &World,
    snapshot: &Snapshot,
    name: String,
    detail: Option<String>,
    kind: SymbolKind,
    span: Span,
    selection: Span,
    children: Vec<DocumentSymbol>,
) -> DocumentSymbol {
    #[expect(deprecated, reason = "the field must be given")]
    DocumentSymbol {
        name,
        detail,
        kind,
        tags: None,
        deprecated: None,
        range: world.range(&snapshot.sources, span),
        selection_range: world.range(&snapshot.sources, selection),
        children: (!children.is_empty()).then_some(children),
    }
}

/// Columns of data, and lines and fields of all else.
fn entries(world: &World, snapshot: &Snapshot, keyword: Keyword, block: &Block, children: &mut Vec<DocumentSymbol>) {
    for entry in &block.entries {
        match &entry.kind {
            EntryKind::Field(field) if keyword == Keyword::Data && field.name.name == "columns" => {
                for column in field.block.iter().flat_map(Block::fields) {
                    let kind = column.value.as_ref().map(|kind| snapshot.sources.text(kind.span).to_string());
                    for (name, to) in column.names() {
                        let shown = to.map_or(name.name.clone(), |to| format!("{} .. {}", name.name, to.name));
                        let place = to.map_or(name.span, |to| name.span.to(to.span));
                        let kind = kind.clone();
                        children.push(symbol(
                            world,
                            snapshot,
                            shown,
                            kind,
                            SymbolKind::FIELD,
                            place,
                            place,
                            Vec::new(),
                        ));
                    }
                }
            }
            EntryKind::Field(field) => {
                let (name, place) = (field.name.name.clone(), field.name.span);
                let kind = SymbolKind::PROPERTY;
                children.push(symbol(world, snapshot, name, None, kind, entry.span, place, Vec::new()));
            }
            EntryKind::Assign { name, .. } => {
                let (text, place) = (name.name.clone(), name.span);
                let kind = SymbolKind::VARIABLE;
                children.push(symbol(world, snapshot, text, None, kind, entry.span, place, Vec::new()));
            }
            EntryKind::Join(join) => {
                let (text, place) = (join.name.name.clone(), join.name.span);
                let kind = SymbolKind::STRUCT;
                children.push(symbol(world, snapshot, text, None, kind, entry.span, place, Vec::new()));
            }
        }
    }
}

fn everywhere(world: &World, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>, Refusal> {
    const MOST: usize = 500;
    let wanted = params.query.to_lowercase();
    let mut found = Vec::new();
    for path in world.specs() {
        let Ok(text) = world.loader().read(&path) else { continue };
        let mut sources = crate::source::Sources::default();
        let file = sources.add(path.display().to_string(), Some(&path), text);
        let tree = crate::syntax::parse(file, &sources.get(file).text.clone(), &mut crate::diag::Sink::default());
        for item in &tree.items {
            let Item::Decl(decl) = item else { continue };
            let Some(name) = decl.name.as_ref().filter(|name| name.name.to_lowercase().contains(&wanted)) else {
                continue;
            };
            let Some(location) = world.location(&sources, name.span) else { continue };
            #[expect(deprecated, reason = "the field must be given")]
            found.push(SymbolInformation {
                name: name.name.clone(),
                kind: kind_of(decl),
                tags: None,
                deprecated: None,
                location,
                container_name: Some(decl.keyword.text().to_string()),
            });
        }
        if found.len() > MOST {
            break;
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(found)))
}
