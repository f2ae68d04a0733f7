//! Another name for something, wherever it is used. What would break a spec is refused, with the problem that it would have.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use lsp_types::request::{PrepareRenameRequest, Rename};
use lsp_types::{
    OneOf, PrepareRenameResponse, RenameOptions, RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};

use super::Capability;
use crate::check::analysis::{Definition, Sort};
use crate::diag::Diagnostic;
use crate::editor::capabilities::references::{concerned, identity, places};
use crate::editor::meanings::{Changes, first_changed, meanings, moved};
use crate::editor::snapshot::{Snapshot, Symbol};
use crate::editor::world::{Refusal, World};
use crate::source::{LoadError, Loader, Span};
use crate::syntax;
use crate::syntax::tree::{Block, Decl, EntryKind, Field};

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(PrepareRenameRequest, prepare), request!(Rename, rename)],
    declare: |capabilities, _| {
        capabilities.rename_provider = Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        }));
    },
};

/// Why this has the name that it has, for good.
fn fixed(snapshot: &Snapshot, definition: &Definition) -> Option<String> {
    let name = &definition.name;
    if let Sort::Entry(folder) = definition.sort {
        return Some(format!("`{name}` is an entry of the catalog ({folder}), and keeps its name"));
    }
    let Some(span) = definition.span else { return Some(format!("`{name}` is declared nowhere in a file")) };
    if snapshot.sources.get(span.file).path.is_none() {
        return Some(format!("`{name}` is part of the standard library, and keeps its name"));
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    let written = snapshot.sources.text(span);
    match definition.sort {
        Sort::Column if written != last => {
            Some(format!("`{name}` is declared in a range of columns, `{written}`: give it a line of its own first"))
        }
        Sort::Task if written != last => {
            Some(format!("`{name}` is called after its family and `{written}`: give another name to one of them"))
        }
        _ => None,
    }
}

fn prepare(world: &World, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>, Refusal> {
    let (snapshot, offset) = world.at(&params)?;
    let Some(symbol) = snapshot.symbol(offset) else { return Ok(None) };
    if let Some(why) = fixed(&snapshot, symbol.definition) {
        return Err(Refusal::failed(why));
    }
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: world.range(&snapshot.sources, symbol.span),
        placeholder: snapshot.sources.text(symbol.span).to_string(),
    }))
}

/// Why nothing of this sort can have a name.
fn no_name(new: &str, sort: Sort) -> Option<String> {
    if syntax::PART_WORDS.contains(&new) {
        let words: Vec<String> = syntax::PART_WORDS.iter().map(|word| format!("`{word}`")).collect();
        return Some(format!("`{new}` is a word of the language, as {} are, and no name", words.join(", ")));
    }
    if !syntax::is_name(new) {
        return Some(format!("`{new}` is no name: letters, digits and `_`, not beginning with a digit"));
    }
    let of_blocks = matches!(sort, Sort::Parameter | Sort::Local | Sort::Output) && ["in", "out"].contains(&new);
    of_blocks.then(|| format!("`{new}` is what a block takes or gives, and nothing else inside it has that name"))
}

/// Why something that stands among the entries of the catalog cannot be called as one that the specs use: it would be taken for that, or that for it.
fn taken(all: &[Rc<Snapshot>], new: &str, sort: Sort) -> Option<String> {
    let stands_there = matches!(sort, Sort::Block | Sort::Instance | Sort::Local | Sort::Parameter | Sort::Template);
    let mut definitions = all.iter().filter(|_| stands_there).flat_map(|one| &one.names().definitions);
    definitions.find_map(|one| match one.sort {
        Sort::Entry(folder) if one.name == new => {
            Some(format!("`{new}` is an entry of the catalog ({folder}) that is used here: give it a name of its own"))
        }
        _ => None,
    })
}

fn rename(world: &World, params: RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position)?;
    let Some(symbol) = snapshot.symbol(offset) else { return Ok(None) };
    let new = params.new_name.trim();
    if let Some(why) = fixed(&snapshot, symbol.definition) {
        return Err(Refusal::failed(why));
    }
    if let Some(why) = no_name(new, symbol.definition.sort) {
        return Err(Refusal::failed(why));
    }
    let all = concerned(world, &snapshot, &symbol.definition.name);
    if let Some(why) = taken(&all, new, symbol.definition.sort) {
        return Err(Refusal::failed(why));
    }
    let changes = changes(world, &snapshot, symbol, &all, new)?;
    if let Some(why) = first_harm(world, &all, &changes) {
        return Err(Refusal::failed(format!("`{new}` {why}")));
    }
    let mut edits: HashMap<_, Vec<TextEdit>> = HashMap::new();
    for other in &all {
        for (file, source) in other.sources.iter() {
            let Some(path) = source.path.as_deref() else { continue };
            let (Some(changed), Some(uri)) = (changes.get(&world.loader().canonical(path)), world.uri(path)) else {
                continue;
            };
            edits.entry(uri).or_insert_with(|| {
                let edit = |(span, text): &(Span, String)| {
                    TextEdit::new(world.range(&other.sources, Span { file, ..*span }), text.clone())
                };
                changed.iter().map(edit).collect()
            });
        }
    }
    Ok(Some(WorkspaceEdit { changes: Some(edits), ..WorkspaceEdit::default() }))
}

fn changes(
    world: &World,
    snapshot: &Rc<Snapshot>,
    symbol: Symbol<'_>,
    all: &[Rc<Snapshot>],
    new: &str,
) -> Result<Changes, Refusal> {
    let definition = symbol.definition;
    let wanted = identity(snapshot, definition);
    let place = definition.span.unwrap_or_default();
    let old = definition.name.rsplit('.').next().unwrap_or_default().to_string();
    let mut changes = Changes::new();
    let mut push = |path: PathBuf, span: Span, text: String| {
        let changed = changes.entry(path).or_default();
        if !changed.iter().any(|(other, _)| (other.start, other.end) == (span.start, span.end)) {
            changed.push((span, text));
        }
    };
    for other in all {
        // The tasks of a family are called after it, where they are read.
        let mut found = places(other, &wanted);
        for member in members(other, definition) {
            found.extend(places(other, &identity(other, member)));
            found.retain(|(span, one)| one.sort != Sort::Task || one.span != Some(*span));
        }
        for (span, _) in found {
            let Some(path) = other.sources.get(span.file).path.as_deref() else { continue };
            let written = other.sources.text(span);
            let Some(rest) = written.strip_prefix(old.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('_'))
            else {
                return Err(Refusal::failed(format!("`{old}` is written as `{written}`, which cannot be renamed")));
            };
            push(world.loader().canonical(path), span, format!("{new}{rest}"));
        }
    }
    if definition.sort == Sort::Column {
        let path = snapshot.sources.get(place.file).path.clone().unwrap_or_default();
        if let Some((at, text)) = name_in_the_file(world, snapshot, &path, place, &old)? {
            push(world.loader().canonical(&path), at, text);
        }
    }
    changes.values_mut().for_each(|changed| changed.sort_by_key(|(span, _)| (span.start, span.end)));
    Ok(changes)
}

/// The tasks of a family, each of which is defined by what stands between its brackets.
fn members<'a>(snapshot: &'a Snapshot, family: &Definition) -> Vec<&'a Definition> {
    let is_it = |decl: &&Decl| decl.name.as_ref().map(|name| name.span) == family.span;
    let brackets = snapshot.decls().find(is_it).and_then(|decl| decl.members.as_ref()).map(|members| members.span);
    let Some(brackets) = brackets.filter(|_| family.sort == Sort::Family) else { return Vec::new() };
    let prefix = format!("{}_", family.name);
    let inside = |one: &&Definition| {
        one.sort == Sort::Task && one.name.starts_with(&prefix) && one.span.is_some_and(|span| brackets.contains(span))
    };
    snapshot.names().definitions.iter().filter(inside).collect()
}

/// A column of a table keeps the name that it has in the table: what is to be written behind its kind.
fn name_in_the_file(
    world: &World,
    snapshot: &Snapshot,
    path: &std::path::Path,
    place: Span,
    old: &str,
) -> Result<Option<(Span, String)>, Refusal> {
    let checked = world.checked(&world.loader().canonical(path));
    let declaring = checked.as_deref().unwrap_or(snapshot);
    let is_here = |field: &&Field| field.names().any(|(name, _)| name.span.start == place.start);
    let mut blocks: Vec<&Block> = declaring.decls().filter_map(|decl| decl.block.as_ref()).collect();
    let mut found = None;
    let mut is_key = false;
    while let Some(block) = blocks.pop() {
        found = found.or_else(|| block.fields().find(is_here));
        for entry in &block.entries {
            match &entry.kind {
                EntryKind::Field(field) => blocks.extend(&field.block),
                EntryKind::Join(join) => {
                    is_key |= join.keys.iter().any(|key| key.name.name == old && key.rename.is_none());
                    blocks.extend(&join.block);
                }
                EntryKind::Assign { .. } => {}
            }
        }
    }
    let Some(field) = found else { return Ok(None) };
    if is_key {
        return Err(Refusal::failed(format!(
            "rows of two tables are joined by `{old}`, which both have under that name"
        )));
    }
    if field.rename.is_some() || field.derived.is_some() {
        return Ok(None);
    }
    if !field.more.is_empty() {
        return Err(Refusal::failed(format!(
            "`{old}` shares its line with other columns: give it one of its own first"
        )));
    }
    let Some(kind) = &field.value else { return Ok(None) };
    Ok(Some((kind.span.after(), format!(" as {old:?}"))))
}

/// The texts as they would be, before those that are.
struct Renamed<'a> {
    texts: &'a BTreeMap<PathBuf, Arc<str>>,
    rest: crate::editor::world::OpenFiles<'a>,
}

impl Loader for Renamed<'_> {
    fn read(&self, path: &std::path::Path) -> Result<String, LoadError> {
        match self.texts.get(&self.rest.canonical(path)) {
            Some(text) => Ok(text.to_string()),
            None => self.rest.read(path),
        }
    }

    fn canonical(&self, path: &std::path::Path) -> PathBuf {
        self.rest.canonical(path)
    }

    fn std_folder(&self) -> Option<PathBuf> {
        self.rest.std_folder()
    }

    fn is_folder(&self, path: &std::path::Path) -> bool {
        self.rest.is_folder(path)
    }

    fn is_file(&self, path: &std::path::Path) -> bool {
        self.rest.is_file(path)
    }
}

/// What a spec would lose: that it is sound, or that its names mean what they mean.
fn first_harm(world: &World, all: &[Rc<Snapshot>], changes: &Changes) -> Option<String> {
    let mut texts: BTreeMap<PathBuf, Arc<str>> = BTreeMap::new();
    for (path, changed) in changes {
        let mut text = world.loader().read(path).ok()?;
        for (span, new) in changed.iter().rev() {
            text.replace_range(span.range(), new);
        }
        texts.insert(path.clone(), text.into());
    }
    all.iter().find_map(|before| {
        let path = before.source().path.clone()?;
        if !texts.keys().any(|changed| before.has_read(changed)) {
            return None;
        }
        let mut loader = Renamed { texts: &texts, rest: world.loader() };
        loader.rest.disk.std_folder = before.std_folder();
        let text = loader.read(&path).ok()?;
        let after = Snapshot::through(&path, text.into(), &loader);
        let problems = (&before.judged(&world.loader()).diagnostics, &after.judged(&loader).diagnostics);
        if let Some(problem) = first_new(problems.0, problems.1) {
            return Some(format!("would break the spec: {}", problem.message));
        }
        let meant = moved(&meanings(before), changes);
        let changed = first_changed(&meant, &meanings(&after), &after)?;
        Some(format!("would change what the spec means: {changed}"))
    })
}

/// An error of a code that has more of them than before: its words may differ by the new name alone.
fn first_new<'d>(before: &[Diagnostic], after: &'d [Diagnostic]) -> Option<&'d Diagnostic> {
    let count =
        |said: &[Diagnostic], code: &str| said.iter().filter(|one| one.is_error() && one.code.name == code).count();
    let more: Vec<&Diagnostic> = after
        .iter()
        .filter(|one| one.is_error() && count(after, one.code.name) > count(before, one.code.name))
        .collect();
    let known = |one: &&&Diagnostic| before.iter().any(|other| other.message == one.message);
    more.iter().find(|one| !known(one)).or(more.first()).copied()
}
