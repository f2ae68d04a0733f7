//! The standard library as pages: what `mtlc explain`, an editor and `docs/catalog/` say of each task template and block of layers.
//!
//! A page is made of the file alone: its doc comments, its parameters with theirs, and the declaration itself. What a block takes, gives and costs is found by checking a
//! spec with the example of its doc comment in it: `Example: ` and a chain that begins in `number[…]`, such as a picture.

mod example;

use crate::catalog::ParamKind;
use crate::catalog::reference::{self, Beside};
use crate::check::Analysis;
use crate::check::analysis::{Names, Sort};
use crate::check::standard::{self, Library};
use crate::diag::Sink;
use crate::source::{MemoryLoader, Sources, Span};
use crate::syntax::tree::{Block, Decl, Doc, Expr, File, Item, Keyword, Parameter};

pub use example::Example;

/// What is said of a template or a block.
#[derive(Clone, Debug)]
pub struct Page {
    /// `blocks` or `tasks`.
    pub folder: &'static str,
    pub name: String,
    /// Without its examples.
    pub doc: String,
    pub parameters: Vec<Told>,
    /// The lines between its braces.
    pub written: String,
    /// The chains of its doc comment's examples.
    pub examples: Vec<String>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    /// What it takes, to complete "expects …".
    pub expects: String,
    pub default: Option<String>,
    pub doc: String,
}

impl Told {
    pub fn of(parameter: &Parameter, text: &str) -> Self {
        Self {
            name: parameter.name.name.clone(),
            expects: expects(parameter.kind.as_ref(), text),
            default: parameter.default.as_ref().map(|default| text[default.span.range()].to_string()),
            doc: joined(&parameter.docs, " "),
        }
    }
}

/// A parameter's type in words.
fn expects(kind: Option<&Expr>, text: &str) -> String {
    let Some(kind) = kind else { return "a number".into() };
    match &text[kind.span.range()] {
        "bool" => ParamKind::Bool.words(),
        "factor" => ParamKind::Factor.words(),
        "int" => ParamKind::Integer.words(),
        "number" => ParamKind::Number.words(),
        "share" => ParamKind::Share.words(),
        "text" => ParamKind::Text.words(),
        "value" => "a value that flows".into(),
        other => format!("`{other}`"),
    }
}

fn joined<'a>(docs: impl IntoIterator<Item = &'a Doc>, between: &str) -> String {
    docs.into_iter().map(|doc| doc.text.trim_end()).collect::<Vec<_>>().join(between)
}

impl Page {
    /// The page of a declaration, which is a template or a block, and of the text of its file.
    pub fn of(decl: &Decl, text: &str) -> Option<Self> {
        let folder = if decl.keyword == Keyword::Block { "blocks" } else { "tasks" };
        let (examples, doc): (Vec<&Doc>, Vec<&Doc>) = decl.docs.iter().partition(|line| chain(&line.text).is_some());
        Some(Self {
            folder,
            name: decl.name.as_ref()?.name.clone(),
            doc: joined(doc, "\n").trim().to_string(),
            parameters: decl.params.iter().flatten().map(|parameter| Told::of(parameter, text)).collect(),
            written: decl.block.as_ref().map_or(String::new(), |block| inside(block, text)),
            examples: examples.into_iter().filter_map(|line| chain(&line.text)).map(str::to_string).collect(),
        })
    }

    /// The first paragraph.
    pub fn summary(&self) -> String {
        let first = self.doc.split("\n\n").next().unwrap_or_default();
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// All but the name, as Markdown.
    pub fn body(&self) -> String {
        let mut text = format!("{}\n", self.doc);
        if !self.parameters.is_empty() {
            text += "\n| parameter | expects | default | |\n| --- | --- | --- | --- |\n";
        }
        for told in &self.parameters {
            let default = told.default.as_ref().map_or("must be given".to_string(), |default| format!("`{default}`"));
            text += &format!("| `{}` | {} | {default} | {} |\n", told.name, told.expects, told.doc);
        }
        text + &format!("\n```mtl\n{}\n```\n", self.written)
    }

    /// What it takes, gives and costs at its examples, as Markdown; of the embedded library alone.
    pub fn measured(&self) -> String {
        let measured = self.examples.iter().filter_map(|chain| Example::of(&self.name, chain).ok());
        let rows: Vec<String> = measured.map(|example| example.row()).collect();
        if rows.is_empty() { String::new() } else { format!("{}{}", example::HEAD, rows.concat()) }
    }

    /// The page for a terminal.
    pub fn markdown(&self) -> String {
        let measured = Some(self.measured()).filter(|text| !text.is_empty());
        let measured = measured.map_or(String::new(), |text| format!("\n{text}"));
        format!("{} ({})\n\n{}{measured}", self.name, self.folder, self.body())
    }
}

/// The chain of a line `Example: ` with it in backquotes.
fn chain(line: &str) -> Option<&str> {
    line.trim().strip_prefix("Example: `")?.strip_suffix('`')
}

/// The lines between the braces, moved to the left.
fn inside(block: &Block, text: &str) -> String {
    let all = text[block.span.range()].trim_start_matches('{').trim_end_matches('}').trim_end();
    let lines: Vec<&str> = all.lines().skip_while(|line| line.trim().is_empty()).collect();
    let margin = |line: &&str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(margin).min().unwrap_or(0);
    lines.iter().map(|line| line.get(least..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// A file of the library, read and checked by itself.
struct Read {
    text: String,
    tree: File,
    span: Span,
    names: Names,
}

fn read(library: &Library, name: &str) -> Option<Read> {
    let (path, text) = library.find(&MemoryLoader::default(), name)?;
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(path, None, text.clone());
    let tree = crate::syntax::parse(file, &text, &mut Sink::default());
    let options = crate::check::Options::default();
    let loader = MemoryLoader::default();
    let analysis: Analysis = crate::check::check(file, &mut sources, &loader, &options, &mut sink);
    let span = tree.span;
    Some(Read { text, tree, span, names: analysis.names() })
}

impl Read {
    fn decl(&self, name: &str) -> Option<&Decl> {
        self.tree.items.iter().find_map(|item| match item {
            Item::Decl(decl) => Some(&**decl).filter(|decl| decl.name.as_ref().is_some_and(|own| own.name == name)),
            Item::Use(_) => None,
        })
    }

    /// What the declaration is made of, each with the page on which it stands.
    fn made_of(&self, decl: &Decl) -> Vec<(&'static str, &str)> {
        let own = decl.name.as_ref().map(|name| name.name.as_str());
        let mut found = Vec::new();
        let uses = self.names.uses.iter().filter(|one| one.span.file == self.span.file);
        for one in uses.filter(|one| decl.span.range().contains(&(one.span.start as usize))) {
            let definition = &self.names.definitions[one.of];
            let folder = match definition.sort {
                Sort::Entry(folder) => folder,
                Sort::Block => "blocks",
                _ => continue,
            };
            let named = (folder, definition.name.as_str());
            if Some(named.1) != own && !found.contains(&named) {
                found.push(named);
            }
        }
        found
    }
}

/// The pages of both parts of the embedded library: blocks, then tasks.
pub fn all() -> Vec<Page> {
    let of = |library: &'static Library| library.names().filter_map(move |name| page_in(library, name));
    standard::LIBRARIES.into_iter().flat_map(of).collect()
}

/// The pages of a name: there may be a block and a template that are called the same.
pub fn named(name: &str) -> Vec<Page> {
    standard::LIBRARIES.into_iter().filter_map(|library| page_in(library, name)).collect()
}

fn page_in(library: &Library, name: &str) -> Option<Page> {
    let (path, text) = library.find(&MemoryLoader::default(), name)?;
    let file = Sources::default().add(path, None, text.clone());
    let tree = crate::syntax::parse(file, &text, &mut Sink::default());
    let decls = tree.items.iter().filter_map(|item| match item {
        Item::Decl(decl) => Some(decl),
        Item::Use(_) => None,
    });
    Page::of(decls.into_iter().find(|decl| decl.name.as_ref().is_some_and(|own| own.name == name))?, &text)
}

const BLOCKS: &str = "Blocks of layers that come with the language: `use std.blocks.{NAME}`, then `value -> NAME(…)`. Each is a file in `std-blocks/`, which may be copied and changed. What an example takes, gives and costs is \
     counted as `mtlc plan` counts it; sizes of series are places and features, of pictures channels, height and width, of clips frames before these.";
const TASKS: &str = "Task templates that come with the language: `use std.tasks.{NAME}`, then `task mine: NAME(…) from value { label: … }`. Each is a file in `std-tasks/`; each of its fields may be replaced by another in the task's own \
     braces, in which `inherited` stands for the template's.";

/// All generated pages of the catalog, and those of the library beside them: file name and text.
pub fn pages() -> Vec<(String, String)> {
    let mut beside = Vec::new();
    let mut pages = Vec::new();
    for (library, folder, title, doc) in
        [(&standard::BLOCKS, "blocks", "Blocks", BLOCKS), (&standard::TASKS, "tasks", "Tasks", TASKS)]
    {
        let mut text = format!("{}# {title}\n\n{doc}\n", reference::MARK);
        let mut entries = Vec::new();
        for name in library.names() {
            let Some(read) = read(library, name) else { continue };
            let Some((decl, page)) = read.decl(name).and_then(|decl| Some((decl, Page::of(decl, &read.text)?))) else {
                continue;
            };
            let link = |(folder, name): (&str, &str)| format!("[`{name}`]({folder}.md#{name})");
            let made_of: Vec<String> = read.made_of(decl).into_iter().map(link).collect();
            text += &format!("\n## `{name}`\n\n{}", page.body());
            if !made_of.is_empty() {
                text += &format!("\nMade of {}.\n", made_of.join(", "));
            }
            let measured = page.measured();
            if !measured.is_empty() {
                text += &format!("\n{measured}");
            }
            entries.push((name.to_string(), page.summary()));
        }
        beside.push(Beside { folder, doc, entries });
        pages.push((format!("{folder}.md"), text));
    }
    pages.extend(reference::pages(&beside));
    pages
}

/// What a file of the library lacks to be told in a page.
pub fn lacks(name: &str, text: &str) -> Vec<String> {
    let file = Sources::default().add(format!("{name}.mtl"), None, text);
    let tree = crate::syntax::parse(file, text, &mut Sink::default());
    let decls = tree.items.iter().filter_map(|item| match item {
        Item::Decl(decl) => Page::of(decl, text),
        Item::Use(_) => None,
    });
    let Some(page) = decls.into_iter().find(|page| page.name == name) else {
        return vec![format!("`{name}.mtl` declares no `{name}`")];
    };
    let mut lacks = Vec::new();
    if page.doc.is_empty() {
        lacks.push(format!("`{name}` has no doc comment: write `/// What it is.` above it"));
    }
    for told in page.parameters.iter().filter(|told| told.doc.is_empty()) {
        lacks.push(format!(
            "`{}` of `{name}` has no doc comment: write `/// What it says.` in the line before it",
            told.name
        ));
    }
    if page.folder == "blocks" && page.examples.is_empty() {
        lacks.push(format!(
            "`{name}` has no example: write `/// Example: \\`number[3, 224, 224] -> {name}\\`` above it"
        ));
    }
    for chain in &page.examples {
        if let Err(problem) = Example::of(name, chain) {
            lacks.push(format!("the example `{chain}` of `{name}` cannot be: {problem}"));
        }
    }
    lacks
}
