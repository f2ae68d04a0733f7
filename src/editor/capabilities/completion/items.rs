//! The list of what is offered: every item once, with its page, and with places to fill in where the editor knows those.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind,
    Range, TextEdit,
};

use crate::catalog::ParamSpec;
use crate::catalog::reference::{self, EntryPage};
use crate::check::analysis::{Definition, Sort};
use crate::check::standard::TASKS;
use crate::editor::place::{Frame, Place};
use crate::editor::shown;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::World;
use crate::pipeline::DataSet;
use crate::source::Span;
use crate::syntax::tree::{Item, Keyword, UseSource};

pub struct Items<'a> {
    world: &'a World,
    snapshot: &'a Snapshot,
    /// What the text of an item replaces.
    range: Range,
    found: Vec<CompletionItem>,
}

fn markup(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}

impl<'a> Items<'a> {
    pub fn new(world: &'a World, snapshot: &'a Snapshot, place: &Place<'_>, offset: usize) -> Self {
        let range = world.range(&snapshot.sources, Span::new(snapshot.file, place.start, offset));
        Self { world, snapshot, range, found: Vec::new() }
    }

    pub fn done(self) -> Vec<CompletionItem> {
        self.found
    }

    /// Offers a text, unless one of that name is there.
    pub fn push(&mut self, label: &str, kind: CompletionItemKind, detail: &str, doc: String, text: String) {
        if self.found.iter().any(|item| item.label == label) {
            return;
        }
        let snippet = self.world.client.snippets && text.contains('$');
        let text = if snippet { text } else { plain(&text) };
        self.found.push(CompletionItem {
            label: label.into(),
            kind: Some(kind),
            detail: Some(detail.to_string()).filter(|detail| !detail.is_empty()),
            documentation: (!doc.is_empty()).then(|| markup(doc)),
            sort_text: Some(format!("{:04}", self.found.len())),
            insert_text_format: Some(if snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(self.range, text))),
            ..CompletionItem::default()
        });
    }

    pub fn word(&mut self, word: &str, kind: CompletionItemKind, detail: &str) {
        self.push(word, kind, detail, String::new(), word.into());
    }

    pub fn words(&mut self, words: &[&str], detail: &str) {
        let kind = if detail == "keyword" { CompletionItemKind::KEYWORD } else { CompletionItemKind::ENUM_MEMBER };
        words.iter().for_each(|word| self.word(word, kind, detail));
    }

    /// Declarations, with what each needs.
    pub fn keywords(&mut self) {
        const BODIES: [(&str, &str); 14] = [
            ("use", "use std.tasks.{${1:classification}}"),
            ("data", "data ${1:name}: ${2:csv}(\"${3:path}\") {\n  columns {\n    ${4:column}: ${5:number}\n  }\n}"),
            ("input", "input ${1:name} from ${2:data}.${3:column} -> ${4:standardize}"),
            ("shared", "shared ${1:trunk} from ${2:input} -> dense(${3:64}) -> relu"),
            ("task", "task ${1:name}: ${2:classification} from ${3:trunk} { label: ${4:data.column} }"),
            ("weights", "weights { ${1:task}: ${2:0.5}, rest: ${3:0.5} }"),
            ("train", "train {\n  epochs: ${1:100}\n  batch: ${2:32}\n}"),
            ("evaluate", "evaluate { parts: [${1:test}] }"),
            ("param", "param ${1:width}: ${2:int} = ${3:64}"),
            ("let", "let ${1:name} = ${2:value}"),
            ("block", "block ${1:name}(${2:width}: int) {\n  out: in -> dense(${2:width}) -> relu\n}"),
            ("instance", "instance ${1:name}: ${2:block}(${3})"),
            ("transfer", "transfer { ${1:trunk} { init: \"${2:runs/name/best}\" } }"),
            ("variant", "variant ${1:name} { ${2:train.epochs}: ${3:50} }"),
        ];
        for (keyword, body) in BODIES {
            self.push(keyword, CompletionItemKind::KEYWORD, "declaration", String::new(), body.into());
        }
    }

    /// Every entry of a folder of the catalog.
    pub fn folder(&mut self, folder: &'static str) {
        for page in reference::entries().iter().filter(|page| page.folder == folder) {
            let kind = match folder {
                "kinds" => CompletionItemKind::TYPE_PARAMETER,
                "metrics" => CompletionItemKind::UNIT,
                _ => CompletionItemKind::FUNCTION,
            };
            self.push(page.name, kind, folder, shown::page(page), call(page));
        }
    }

    /// Names that the file defines.
    pub fn defined(&mut self, sorts: &[Sort]) {
        let (snapshot, file) = (self.snapshot, self.snapshot.file);
        let own = |definition: &&Definition| {
            sorts.contains(&definition.sort) && definition.span.is_none_or(|span| span.file == file)
        };
        for definition in snapshot.names().definitions.iter().filter(own) {
            let detail = definition.ty.clone().unwrap_or_else(|| shown::sort(definition.sort).to_string());
            let kind = match definition.sort {
                Sort::Block | Sort::Instance | Sort::Template => CompletionItemKind::FUNCTION,
                Sort::Data => CompletionItemKind::STRUCT,
                Sort::Param => CompletionItemKind::CONSTANT,
                _ => CompletionItemKind::VARIABLE,
            };
            let text = match definition.sort {
                Sort::Block if definition.ty.as_deref() != Some("()") => format!("{}($1)", definition.name),
                _ => definition.name.clone(),
            };
            self.push(&definition.name, kind, &detail, definition.doc.clone(), text);
        }
    }

    /// Whatever flows.
    pub fn values(&mut self) {
        self.defined(&[Sort::Shared, Sort::Input, Sort::Value, Sort::Task, Sort::Data, Sort::Instance]);
        self.words(&["concat"], "layers");
    }

    /// Names that a `use` brings in, which are not the tasks'.
    pub fn imported(&mut self) {
        let snapshot = self.snapshot;
        for item in &snapshot.tree().items {
            let Item::Use(one) = item else { continue };
            if matches!(&one.source, UseSource::Std(path) if path.text() == TASKS.name) {
                continue;
            }
            for name in &one.names {
                self.push(&name.name, CompletionItemKind::FUNCTION, "used", String::new(), name.name.clone());
            }
        }
    }

    /// Templates of tasks: the file's own, those that it uses, and the standard ones, whose `use` is written with them.
    pub fn templates(&mut self) {
        self.defined(&[Sort::Template]);
        let snapshot = self.snapshot;
        let uses = snapshot.tree().items.iter().filter_map(|item| match item {
            Item::Use(one) => Some(one),
            Item::Decl(_) => None,
        });
        let used: Vec<&str> = uses.clone().flat_map(|one| &one.names).map(|name| name.name.as_str()).collect();
        used.iter().for_each(|name| {
            self.push(name, CompletionItemKind::INTERFACE, "used", doc_of(snapshot, name), (*name).into())
        });
        let list = uses.clone().find(|one| matches!(&one.source, UseSource::Std(path) if path.text() == TASKS.name));
        for name in TASKS.names().filter(|name| !used.contains(name)) {
            let (at, text) = match list.and_then(|list| list.names.last()) {
                Some(last) => (last.span.after(), format!(", {name}")),
                None => (top(snapshot), format!("use {}.{{{name}}}\n\n", TASKS.name)),
            };
            let edit = TextEdit::new(self.world.range(&snapshot.sources, at), text);
            let doc = crate::library::named(name).pop().map_or(String::new(), |page| page.doc);
            self.push(name, CompletionItemKind::INTERFACE, TASKS.name, doc, name.into());
            if let Some(item) = self.found.iter_mut().find(|item| item.label == name) {
                item.additional_text_edits = Some(vec![edit]);
            }
        }
    }

    /// The parameters of an entry of the catalog, of the folder that belongs there.
    pub fn parameters(&self, snapshot: &Snapshot, name: &str, keyword: Keyword, field: Option<&str>) -> Vec<ParamSpec> {
        let known = snapshot
            .names()
            .definitions
            .iter()
            .find(|definition| definition.name == name && matches!(definition.sort, Sort::Entry(_)));
        let folder = known.and_then(|definition| match definition.sort {
            Sort::Entry(folder) => Some(folder),
            _ => None,
        });
        let likely: &[&str] = match (keyword, field) {
            (Keyword::Data, None) => &["formats"],
            (Keyword::Data, _) => &["kinds"],
            (Keyword::Weights, _) => &["balancers"],
            (Keyword::Input, _) => &["steps", "layers"],
            (_, Some("loss")) => &["losses"],
            (_, Some("metrics" | "select" | "gain")) => &["metrics"],
            (_, Some("optimizer")) => &["optimizers"],
            (_, Some("schedule")) => &["schedules"],
            (_, Some("target")) => &["steps"],
            (_, Some("predict")) => &["decoders"],
            _ => &["layers", "sharing"],
        };
        let pages = || reference::entries().iter().filter(|page| page.name == name);
        let page = likely
            .iter()
            .find_map(|folder| pages().find(|page| page.folder == *folder))
            .or_else(|| pages().find(|page| Some(page.folder) == folder));
        page.map(|page| page.params.clone()).unwrap_or_default()
    }

    pub fn argument(&mut self, spec: &ParamSpec) {
        let text = format!("{}: ", spec.name);
        let detail = spec.default.as_ref().map_or("must be given".into(), |value| format!("= {}", value.show()));
        self.push(spec.name, CompletionItemKind::FIELD, &detail, shown::expects(spec), text);
    }

    /// The parameters of a block or a template that is called.
    pub fn parameters_of_own(&mut self, snapshot: &Snapshot, frame: &Frame<'_>) {
        let names = snapshot.names();
        let called = names.definitions.iter().find(|definition| {
            definition.name == frame.owner && matches!(definition.sort, Sort::Block | Sort::Template)
        });
        let Some(ty) = called.and_then(|definition| definition.ty.as_deref()) else { return };
        let inside = ty.trim_start_matches('(').trim_end_matches(')');
        for name in inside.split(", ").filter(|name| !name.is_empty() && !frame.given.contains(name)) {
            self.push(name, CompletionItemKind::FIELD, "parameter", String::new(), format!("{name}: "));
        }
    }

    /// The columns of a data set, or of a table that it joins.
    pub fn columns(&mut self, data: &DataSet, behind: &str) {
        for column in &data.columns {
            let Some(name) = column.name.strip_prefix(behind) else { continue };
            let (name, joined) = name.split_once('.').map_or((name, false), |(table, _)| (table, true));
            let detail = if joined { "joined table".to_string() } else { column.kind.show() };
            let classes = shown::classes(self.snapshot, &data.name, column);
            let kind = if joined { CompletionItemKind::STRUCT } else { CompletionItemKind::FIELD };
            self.push(name, kind, &detail, classes.join(", "), name.to_string());
        }
    }

    /// The columns of the data set that is being declared.
    pub fn own_columns(&mut self, snapshot: &Snapshot, place: &Place<'_>) {
        let name = place.frames[0].segment.first().copied().unwrap_or_default();
        let data = snapshot.pipeline().and_then(|pipeline| pipeline.data.iter().find(|data| data.name == name));
        data.into_iter().for_each(|data| self.columns(data, ""));
    }

    /// Fields of a block that it does not have yet.
    pub fn fields(&mut self, known: &[&str], place: &Place<'_>) {
        let has = |field: &str| {
            let start = place.start as u32;
            let decl = self.snapshot.decls().find(|decl| decl.span.start <= start && start <= decl.span.end);
            decl.and_then(|decl| decl.block.as_ref()).is_some_and(|block| block.field(field).is_some())
        };
        let missing: Vec<&str> = known.iter().copied().filter(|field| place.frames.len() > 2 || !has(field)).collect();
        for field in missing {
            let text = match field {
                "columns" | "split" => format!("{field} {{\n  $1\n}}"),
                "metrics" | "parts" => format!("{field}: [$1]"),
                _ => format!("{field}: "),
            };
            self.push(field, CompletionItemKind::PROPERTY, "field", String::new(), text);
        }
    }

    pub fn entry_words(&mut self, words: &[&str]) {
        words.iter().for_each(|word| {
            self.push(word, CompletionItemKind::PROPERTY, "", String::new(), format!("{word}: "));
        });
    }

    /// Names of the spec, each as an entry with a value.
    pub fn entries_of(&mut self, sorts: &[Sort]) {
        let (snapshot, file) = (self.snapshot, self.snapshot.file);
        for definition in snapshot.names().definitions.iter().filter(|one| sorts.contains(&one.sort)) {
            if definition.span.is_some_and(|span| span.file == file) {
                let (name, detail) = (&definition.name, shown::sort(definition.sort));
                self.push(name, CompletionItemKind::PROPERTY, detail, definition.doc.clone(), format!("{name}: "));
            }
        }
    }

    /// Parts of the model that `transfer` can name: shared nodes, tasks, and their stages.
    pub fn parts(&mut self, snapshot: &Snapshot) {
        let Some(pipeline) = snapshot.pipeline() else { return };
        let mut names: Vec<&str> = pipeline.shared.iter().map(|shared| shared.name.as_str()).collect();
        names.extend(pipeline.tasks.iter().map(|task| task.name.as_str()));
        names.extend(pipeline.shared.iter().flat_map(|shared| &shared.stages).map(|stage| stage.path.as_str()));
        for name in names {
            self.push(name, CompletionItemKind::MODULE, "part of the model", String::new(), format!("{name} {{ $1 }}"));
        }
    }

    /// What a variant may set.
    pub fn settings(&mut self, snapshot: &Snapshot) {
        self.entries_of(&[Sort::Param]);
        let Some(pipeline) = snapshot.pipeline() else { return };
        self.entry_words(&["weights.by"]);
        for task in &pipeline.tasks {
            self.entry_words(&[&format!("weights.{}", task.name)]);
        }
        for shared in &pipeline.shared {
            self.entry_words(&[&format!("{}.by", shared.name)]);
        }
        for field in crate::check::fields_of(Keyword::Train, None, false) {
            self.entry_words(&[&format!("train.{field}")]);
        }
    }
}

/// `dense(${1:units})`: what must be given has a place.
fn call(page: &EntryPage) -> String {
    let needed: Vec<&ParamSpec> = page.params.iter().filter(|spec| spec.default.is_none()).collect();
    if needed.is_empty() {
        return page.name.to_string();
    }
    let place = |(at, spec): (usize, &&ParamSpec)| {
        let quoted = spec.kind == crate::catalog::ParamKind::Text;
        let value = format!("${{{}:{}}}", at + 1, spec.name);
        let value = if quoted { format!("\"{value}\"") } else { value };
        if spec.positional { value } else { format!("{}: {value}", spec.name) }
    };
    format!("{}({})", page.name, needed.iter().enumerate().map(place).collect::<Vec<_>>().join(", "))
}

/// A text with places to fill in, for an editor that has none: what stands in them stays.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        plain += before;
        rest = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((inner, behind)) => {
                plain += inner.split_once(':').map_or("", |(_, value)| value);
                behind
            }
            None => after.trim_start_matches(|one: char| one.is_ascii_digit()),
        };
    }
    plain + rest
}

fn doc_of(snapshot: &Snapshot, name: &str) -> String {
    let found = snapshot.names().definitions.iter().find(|one| one.name == name && one.sort == Sort::Template);
    found.map(|definition| definition.doc.clone()).unwrap_or_default()
}

/// Where the first line of a file that is no documentation begins.
fn top(snapshot: &Snapshot) -> Span {
    let text = snapshot.text();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !(line.starts_with("//!") || at > 0 && line.trim().is_empty()) {
            break;
        }
        at += line.len();
    }
    Span::new(snapshot.file, at, at)
}

#[cfg(test)]
mod tests {
    #[test]
    fn places_to_fill_in_leave_what_stands_in_them() {
        assert_eq!(super::plain("dense(${1:units})"), "dense(units)");
        assert_eq!(super::plain("metrics: [$1]"), "metrics: []");
        assert_eq!(super::plain("relu"), "relu");
    }
}
