//! What is said of a name, an entry or a code, as Markdown.

use super::snapshot::Snapshot;
use crate::catalog::reference::EntryPage;
use crate::catalog::{ArgValue, ParamSpec};
use crate::check::analysis::{Definition, Sort};
use crate::diag::Code;
use crate::library::{self, Page, Told};
use crate::pipeline::Column;

/// The sort of a thing, as the language calls it.
pub fn sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Block => "block",
        Sort::Column => "column",
        Sort::Data => "data",
        Sort::Entry(folder) => folder,
        Sort::Family => "task family",
        Sort::Input => "input",
        Sort::Instance => "instance",
        Sort::Joined => "joined table",
        Sort::Local => "line",
        Sort::Output => "output",
        Sort::Param => "param",
        Sort::Parameter => "parameter",
        Sort::Shared => "shared",
        Sort::Task => "task",
        Sort::Template => "task template",
        Sort::Value => "let",
    }
}

/// The sort of a definition, in a sentence.
pub fn sort_of(definition: &Definition) -> String {
    match definition.sort {
        Sort::Entry(folder) => format!("the entry of the catalog ({folder})"),
        other => format!("the {}", sort(other)),
    }
}

/// A name with its type, as code.
pub fn heading(definition: &Definition) -> String {
    let joint = if matches!(definition.sort, Sort::Block | Sort::Template) { "" } else { ": " };
    let ty = definition.ty.as_ref().map_or(String::new(), |ty| format!("{joint}{ty}"));
    format!("```mtl\n{} {}{ty}\n```", sort(definition.sort), definition.name)
}

/// The page of an entry of the catalog.
pub fn page(page: &EntryPage) -> String {
    let text = page.markdown();
    let body = text.split_once("\n\n").map_or(text.as_str(), |(_, body)| body);
    format!("```mtl\n{}\n```\n{}\n\n{}", call(page), folder(page.folder), body.trim())
}

fn folder(folder: &str) -> String {
    format!("*{folder}* of the catalog")
}

/// `dense(units, bias: true)`: an entry with its defaults.
fn call(page: &EntryPage) -> String {
    let shown: Vec<String> = page.params.iter().map(parameter).collect();
    if shown.is_empty() { page.name.to_string() } else { format!("{}({})", page.name, shown.join(", ")) }
}

/// `bias: true`, `units`.
pub fn parameter(spec: &ParamSpec) -> String {
    match &spec.default {
        Some(value) => format!("{}: {}", spec.name, value.show()),
        None => spec.name.to_string(),
    }
}

/// What a parameter takes: its words, its range, its page.
pub fn expects(spec: &ParamSpec) -> String {
    let range = match spec.range == crate::catalog::Range::ANY {
        true => String::new(),
        false => format!(", {}", spec.range.words()),
    };
    let default = match &spec.default {
        Some(ArgValue::Word(word)) if word == "none" => "; may be left out".to_string(),
        Some(value) => format!("; `{}` unless given", value.show()),
        None => String::new(),
    };
    let doc = spec.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{doc}\n\nExpects {}{range}{default}.", spec.kind.words())
}

/// What a parameter of a template or a block takes: its page, its type.
pub fn told(told: &Told) -> String {
    let default = told.default.as_ref().map_or(String::new(), |default| format!("; `{default}` unless given"));
    format!("{}\n\nExpects {}{default}.", told.doc, told.expects).trim().to_string()
}

/// The page of a template or a block: of one of the library with what its examples cost.
pub fn declared(page: &Page) -> String {
    let of_the_library = |one: &Page| one.folder == page.folder && one.written == page.written;
    let measured = library::named(&page.name).iter().find(|one| of_the_library(one)).map(Page::measured);
    format!("{}\n{}", page.body().trim(), measured.unwrap_or_default()).trim().to_string()
}

/// The page of a code, with its examples as specs.
pub fn code(code: &Code) -> String {
    let doc: Vec<&str> = code.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let doc = doc
        .join("\n")
        .replace("```mtl bad", "Not like this:\n\n```mtl")
        .replace("```mtl good", "But like this:\n\n```mtl");
    format!("**{}**\n\n{}", code.name, doc.trim())
}

/// The classes of a column: those declared, or those that were seen.
pub fn classes(snapshot: &Snapshot, data: &str, column: &Column) -> Vec<String> {
    let declared = column.kind.to_args();
    if let Some(ArgValue::List(classes)) = declared.get("classes") {
        let texts = classes.iter().filter_map(|class| match class {
            ArgValue::Text(text) => Some(text.clone()),
            _ => None,
        });
        let texts: Vec<String> = texts.collect();
        if !texts.is_empty() {
            return texts;
        }
    }
    let seen = snapshot.facts.as_ref().and_then(|facts| facts.data.get(data)?.columns.get(&column.name));
    seen.map(|seen| seen.classes.clone()).unwrap_or_default()
}
