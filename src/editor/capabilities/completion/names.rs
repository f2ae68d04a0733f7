//! What stands behind a dot, and what a `use` may name.

use lsp_types::CompletionItemKind;

use super::items::Items;
use crate::check::standard::LIBRARIES;
use crate::editor::place::{Frame, Place};
use crate::editor::snapshot::Snapshot;

/// Columns of a data set, outputs of a shared node or a task.
pub fn members(snapshot: &Snapshot, frame: &Frame<'_>, items: &mut Items<'_>) {
    let Some(path) = frame.path_before_dot() else { return };
    let Some(pipeline) = snapshot.pipeline() else { return };
    let (first, rest) =
        path.split_once('.').map_or((path.as_str(), String::new()), |(first, rest)| (first, format!("{rest}.")));
    if let Some(data) = pipeline.data.iter().find(|data| data.name == first) {
        return items.columns(data, &rest);
    }
    if path == "label" {
        return items.words(&["classes", "width"], "size");
    }
    let shared = pipeline.shared.iter().find(|shared| shared.name == first).map(|shared| &shared.outputs);
    let task = || pipeline.tasks.iter().find(|task| task.name == first).map(|task| &task.outputs);
    for (name, node) in shared.or_else(task).into_iter().flatten() {
        let ty = pipeline.node(*node).ty.to_string();
        items.word(name, CompletionItemKind::PROPERTY, &ty);
    }
}

/// `use std.tasks.{…}`, and the names of a file that is used.
pub fn of_use(snapshot: &Snapshot, place: &Place<'_>, items: &mut Items<'_>) {
    let outer = &place.frames[0];
    let path = outer.segment.iter().copied().filter(|word| *word != "{").collect::<String>();
    let path = path.trim_end_matches('.');
    if place.frame().bracket == "{" {
        if let Some(library) = LIBRARIES.iter().find(|library| library.name == path) {
            for name in library.names() {
                items.word(name, CompletionItemKind::INTERFACE, library.holds);
            }
            return;
        }
        let written = path.trim_matches('"');
        let file = snapshot.source().path.as_deref().and_then(|own| Some(own.parent()?.join(written)));
        let Some(file) = file else { return };
        let used = snapshot.sources.iter().find(|(_, source)| source.path.as_deref() == Some(&file));
        if let Some((id, source)) = used {
            let tree = crate::syntax::parse(id, &source.text, &mut crate::diag::Sink::default());
            for item in &tree.items {
                let crate::syntax::tree::Item::Decl(decl) = item else { continue };
                if let Some(name) = &decl.name {
                    items.word(&name.name, CompletionItemKind::FUNCTION, decl.keyword.text());
                }
            }
        }
        return;
    }
    match path {
        "" => items.words(&["std"], "library"),
        "std" => items.words(&["tasks", "blocks"], "library"),
        _ => {}
    }
}
