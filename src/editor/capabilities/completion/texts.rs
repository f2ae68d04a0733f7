//! What stands in quotes and in comments: paths of files, classes of columns, codes that are allowed.

use lsp_types::CompletionItemKind;

use super::items::Items;
use crate::catalog::reference;
use crate::check::codes;
use crate::editor::place::Place;
use crate::editor::shown;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::World;
use crate::source::Loader;
use crate::syntax::tree::Decl;

/// `// mtlc: allow(CODE) why`.
pub fn comment(before: &str, items: &mut Items<'_>) {
    let body = before.trim_start_matches('/').trim_start();
    let rest = match body.split_once("mtlc:") {
        Some(("", rest)) => rest.trim_start(),
        _ => return,
    };
    let opened = rest.strip_prefix("allow(");
    for code in codes::all().iter().filter(|code| !code.fixed) {
        let text = match opened {
            Some(written) if written.contains(')') => return,
            Some(_) => format!("{}mtlc: allow({}) ${{1:why}}", lead(before), code.name),
            None => format!("{}mtlc: allow({}) ${{1:why}}", lead(before), code.name),
        };
        let label = format!("{}mtlc: allow({})", lead(before), code.name);
        items.push(&label, CompletionItemKind::EVENT, code.summary(), shown::code(code), text);
    }
}

/// The slashes and the space that a comment begins with.
fn lead(before: &str) -> &str {
    &before[..before.len() - before.trim_start_matches('/').trim_start().len()]
}

pub fn string(world: &World, snapshot: &Snapshot, place: &Place<'_>, written: &str, items: &mut Items<'_>) {
    let frame = place.frame();
    let is_format = reference::entries().iter().any(|page| page.folder == "formats" && page.name == frame.owner);
    if place.in_use {
        return paths(world, snapshot, written, Some(".mtl"), items);
    }
    if is_format || frame.key() == Some("init") || frame.key() == Some("vectors") {
        return paths(world, snapshot, written, None, items);
    }
    for class in compared(snapshot, place).unwrap_or_else(|| label(snapshot, place)) {
        items.word(&class, CompletionItemKind::ENUM_MEMBER, "class");
    }
}

/// Names in the folder that has been written so far, from where the spec lies.
fn paths(world: &World, snapshot: &Snapshot, written: &str, ending: Option<&str>, items: &mut Items<'_>) {
    const MOST: usize = 300;
    let Some(own) = snapshot.source().path.as_deref().and_then(std::path::Path::parent) else { return };
    let (folder, _) = written.rsplit_once('/').unwrap_or(("", written));
    let loader = world.loader();
    let from = own.join(folder);
    for name in loader.names(&from).into_iter().filter(|name| !name.starts_with('.')).take(MOST) {
        let is_folder = loader.is_folder(&from.join(&name));
        if !is_folder && ending.is_some_and(|ending| !name.ends_with(ending)) {
            continue;
        }
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        match is_folder {
            true => items.word(&format!("{path}/"), CompletionItemKind::FOLDER, "folder"),
            false => items.word(&path, CompletionItemKind::FILE, "file"),
        }
    }
}

/// The classes of the column that a text is compared with: `penguins.sex == "…"`, `sex in ["…"]`.
fn compared(snapshot: &Snapshot, place: &Place<'_>) -> Option<Vec<String>> {
    let frames = place.frames.iter().rev();
    let mut segments = frames.map(|frame| frame.segment.as_slice());
    let segment = segments.find(|segment| segment.iter().any(|word| ["==", "!=", "in"].contains(word)))?;
    let at = segment.iter().rposition(|word| ["==", "!=", "in"].contains(word))?;
    let before = &segment[..at];
    let before = before.strip_suffix(&["not"]).unwrap_or(before);
    let [.., last] = before else { return None };
    let pipeline = snapshot.pipeline()?;
    let data = match before {
        [.., data, ".", _] => pipeline.data.iter().find(|one| one.name == *data)?,
        // In a column that is made of others, they are named alone.
        _ => {
            let own = place.frames[0].segment.first().copied().unwrap_or_default();
            pipeline.data.iter().find(|one| one.name == own)?
        }
    };
    let column = data.columns.iter().find(|column| column.name == *last)?;
    Some(shown::classes(snapshot, &data.name, column))
}

/// The classes of the label of the task that is being written.
fn label(snapshot: &Snapshot, place: &Place<'_>) -> Vec<String> {
    let found = || {
        let start = place.start as u32;
        let decl: &Decl = snapshot.decls().find(|decl| decl.span.start <= start && start <= decl.span.end)?;
        let value = decl.block.as_ref()?.field("label")?.value.as_ref()?;
        let path = value.as_path()?.text();
        let (data, column) = path.split_once('.')?;
        let data = snapshot.pipeline()?.data.iter().find(|one| one.name == data)?;
        let column = data.columns.iter().find(|one| one.name == column)?;
        Some(shown::classes(snapshot, &data.name, column))
    };
    found().unwrap_or_default()
}

/// `class_weights { "rare": 3 }`.
pub fn classes_as_entries(snapshot: &Snapshot, place: &Place<'_>, items: &mut Items<'_>) {
    for class in label(snapshot, place) {
        let name = if crate::syntax::is_name(&class) { class } else { format!("{class:?}") };
        items.push(&name, CompletionItemKind::ENUM_MEMBER, "class", String::new(), format!("{name}: "));
    }
}
