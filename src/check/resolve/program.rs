//! The files of a compilation: the spec, what it `use`s, and the standard templates.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::check::codes;
use crate::check::resolve::not_built;
use crate::check::resolve::standard::{LIBRARIES, Library};
use crate::diag::near::near;
use crate::diag::settings::Remark;
use crate::diag::{Diagnostic, Sink};
use crate::source::{FileId, Loader, Sources, Span};
use crate::syntax::Pieces;
use crate::syntax::tree::{Decl, EntryKind, File, Ident, Item, Keyword, Use, UseSource};

/// The handle of a declaration in [`Program::decls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::check) struct DeclId(pub usize);

/// A declaration and the module it stands in.
#[derive(Clone, Debug)]
pub(in crate::check) struct DeclEntry {
    pub module: usize,
    pub decl: Rc<Decl>,
    pub used: bool,
}

/// One file: its names and its declarations.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Module {
    pub file: FileId,
    pub docs: String,
    /// Comments, for suppression.
    pub remarks: Vec<Remark>,
    /// Data, inputs, shared nodes, values, instances, tasks and params.
    pub values: HashMap<String, DeclId>,
    /// Blocks and task templates.
    pub callables: HashMap<String, DeclId>,
    /// In the order of the file.
    pub decls: Vec<DeclId>,
    /// Names that a `use` failed to bring in: that has been reported once, and is not again at each use.
    pub lost: HashSet<String>,
    /// What stands in it.
    pub tree: Rc<File>,
    /// Names brought in by `use`, for "unused import": place and declaration.
    pub imports: Vec<(Span, DeclId)>,
}

/// Every module, the spec first.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Program {
    pub modules: Vec<Module>,
    pub decls: Vec<DeclEntry>,
}

/// True for a declaration that others call: a block or a task template.
pub(in crate::check) fn is_callable(decl: &Decl) -> bool {
    match decl.keyword {
        Keyword::Block => true,
        Keyword::Task => decl.from.is_none() && decl.kind.is_none(),
        _ => false,
    }
}

struct ProgramLoader<'a> {
    program: Program,
    sources: &'a mut Sources,
    loader: &'a dyn Loader,
    sink: &'a mut Sink,
    /// Files that are loaded or being loaded, by canonical name; `None` while being loaded.
    known: HashMap<PathBuf, Option<usize>>,
    pieces: &'a RefCell<Pieces>,
}

/// Loads the spec and everything it uses; `None` if the spec itself cannot be read.
pub(in crate::check) fn load(
    root: FileId,
    sources: &mut Sources,
    loader: &dyn Loader,
    sink: &mut Sink,
    pieces: &RefCell<Pieces>,
) -> Program {
    let (program, known) = (Program::default(), HashMap::new());
    let mut state = ProgramLoader { program, sources, loader, sink, known, pieces };
    if let Some(path) = state.sources.get(root).path.clone() {
        state.known.insert(loader.canonical(&path), None);
    }
    state.load_module(root, None);
    state.program
}

impl ProgramLoader<'_> {
    /// Parses a file and declares its names. `wanted` marks an imported file: its own uses are loaded too.
    fn load_module(&mut self, file: FileId, key: Option<&Path>) -> usize {
        let source = self.sources.get(file);
        let text = source.text.clone();
        let known = (file, source.name.as_str());
        let tree = Rc::new(crate::syntax::parse_again(known, &text, self.sink, &mut self.pieces.borrow_mut()));
        let index = self.program.modules.len();
        self.program.modules.push(Module {
            file,
            docs: tree.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
            ..Module::default()
        });
        self.program.modules[index].remarks = tree
            .comments
            .iter()
            .map(|comment| Remark { text: comment.text.clone(), span: comment.span, own_line: comment.own_line })
            .collect();
        self.program.modules[index].tree = tree.clone();
        for item in &tree.items {
            if let Item::Decl(decl) = item {
                self.declare(index, decl.clone());
            }
        }
        for item in &tree.items {
            if let Item::Use(item) = item {
                self.import(index, item);
            }
        }
        if let Some(key) = key {
            self.known.insert(key.to_path_buf(), Some(index));
        }
        index
    }

    fn declare(&mut self, module: usize, decl: Rc<Decl>) {
        let id = DeclId(self.program.decls.len());
        let callable = is_callable(&decl);
        self.once_in(&decl);
        // A variant is no value: nothing in a spec can read it.
        if let Some(name) = decl.name.clone().filter(|_| decl.keyword != Keyword::Variant) {
            let scope = &mut self.program.modules[module];
            let table = if callable { &mut scope.callables } else { &mut scope.values };
            if let Some(first) = table.get(&name.name) {
                let first = self.program.decls[first.0].decl.name.as_ref().map_or(name.span, |name| name.span);
                self.sink.push(duplicate_name(&name.name, name.span, first));
            } else {
                table.insert(name.name, id);
            }
        }
        self.program.modules[module].decls.push(id);
        self.program.decls.push(DeclEntry { module, decl, used: false });
    }

    /// No two parameters have one name, and no line of a block has that of a parameter: one would be read in the place of the other.
    fn once_in(&mut self, decl: &Decl) {
        let lines = decl.block.iter().filter(|_| decl.keyword == Keyword::Block).flat_map(|block| &block.entries);
        let lines = lines.filter_map(|entry| match &entry.kind {
            EntryKind::Assign { name, .. } => Some(name),
            _ => None,
        });
        let parameters: Vec<&Ident> = decl.params.iter().flatten().map(|parameter| &parameter.name).collect();
        for (place, name) in parameters.iter().copied().enumerate().chain(lines.map(|line| (parameters.len(), line))) {
            if let Some(first) = parameters[..place].iter().find(|first| first.name == name.name) {
                self.sink.push(duplicate_name(&name.name, name.span, first.span));
            }
        }
    }

    fn import(&mut self, module: usize, item: &Use) {
        match &item.source {
            UseSource::Std(path) => self.import_std(module, item, path),
            UseSource::File { path, span } => self.import_file(module, item, path, *span),
        }
        let scope = &mut self.program.modules[module];
        for name in &item.names {
            if !scope.callables.contains_key(&name.name) && !scope.values.contains_key(&name.name) {
                scope.lost.insert(name.name.clone());
            }
        }
    }

    fn import_std(&mut self, module: usize, item: &Use, path: &crate::syntax::tree::Path) {
        let Some(library) = Library::of(&path.text()) else {
            // Whoever names a template means those of tasks, and a block those of blocks.
            let meant = LIBRARIES
                .into_iter()
                .find(|library| item.names.iter().any(|name| library.names().any(|other| other == name.name)));
            let mut diagnostic = Diagnostic::new(
                &codes::UNKNOWN_MODULE,
                path.span,
                format!("the standard library has no `{}`", path.text()),
            )
            .here("unknown")
            .help("task templates are in `std.tasks`, blocks of layers in `std.blocks`");
            if let Some(meant) = meant {
                diagnostic = diagnostic.fix(format!("write `{}`", meant.name), path.span, meant.name);
            }
            self.sink.push(diagnostic);
            return;
        };
        for name in &item.names {
            let Some((file_name, text)) = library.find(self.loader, &name.name) else {
                if let Some(diagnostic) = not_built::answer(&name.name, name.span) {
                    self.sink.push(diagnostic);
                    continue;
                }
                let message = format!("`{}` has no {} `{}`", library.name, library.holds, name.name);
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message)
                    .here(format!("not in `{}`", library.name))
                    .note(format!("it has {}", list(library.names())));
                let elsewhere = LIBRARIES.into_iter().find(|other| other.names().any(|standard| standard == name.name));
                self.sink.push(match elsewhere {
                    Some(other) => diagnostic.help(format!("write `use {}.{{{}}}`", other.name, name.name)),
                    None => diagnostic.did_you_mean(&name.name, library.names()),
                });
                continue;
            };
            let key = PathBuf::from(format!("std:{}", name.name));
            let index = match self.known.get(&key) {
                Some(Some(index)) => *index,
                _ => {
                    let file = self.sources.add(file_name, None, text);
                    self.load_module(file, Some(&key))
                }
            };
            self.bring(module, index, name, library.name);
        }
    }

    fn import_file(&mut self, module: usize, item: &Use, path: &str, span: Span) {
        let here = self.sources.get(self.program.modules[module].file).path.clone();
        let folder = here.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let target = folder.join(path);
        let key = self.loader.canonical(&target);
        let index = match self.known.get(&key) {
            Some(Some(index)) => *index,
            Some(None) => {
                self.sink.push(
                    Diagnostic::new(&codes::USE_CYCLE, span, format!("`{path}` is used by a file that it uses itself"))
                        .here("this closes a circle")
                        .help("move what both files need into a third one"),
                );
                return;
            }
            None => match self.loader.read(&target) {
                Ok(text) => {
                    self.known.insert(key.clone(), None);
                    let file = self.sources.add(target.display().to_string(), Some(&target), text);
                    self.load_module(file, Some(&key))
                }
                Err(error) => {
                    let mut diagnostic =
                        Diagnostic::new(&codes::MISSING_FILE, span, format!("cannot use `{path}`: {}", error.reason))
                            .here("not read")
                            .note("paths are relative to the file that says `use`");
                    let standard = path.trim_end_matches(".mtl").replace(['/', ':'], ".");
                    if Library::of(&standard).is_some() {
                        let names: Vec<&str> = item.names.iter().map(|name| name.name.as_str()).collect();
                        diagnostic = diagnostic.help(format!(
                            "the standard library stands without quotes: `use {standard}.{{{}}}`",
                            names.join(", ")
                        ));
                    } else if let Some(near) = near(&target, self.loader).filter(|_| error.missing) {
                        // As this file would name it.
                        let near = near.strip_prefix(folder).unwrap_or(&near);
                        diagnostic = diagnostic.help(format!("did you mean `{}`?", near.display()));
                    }
                    self.sink.push(diagnostic);
                    return;
                }
            },
        };
        for name in &item.names {
            self.bring(module, index, name, path);
        }
    }

    /// Makes a name of another module visible.
    fn bring(&mut self, module: usize, from: usize, name: &crate::syntax::tree::Ident, source: &str) {
        let other = &self.program.modules[from];
        let (id, callable) = match (other.callables.get(&name.name), other.values.get(&name.name)) {
            (Some(id), _) => (*id, true),
            (None, Some(id)) => (*id, false),
            (None, None) => {
                let known: Vec<String> = other.callables.keys().chain(other.values.keys()).cloned().collect();
                self.sink.push(
                    Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("`{source}` declares no `{}`", name.name))
                        .here("not found there")
                        .did_you_mean(&name.name, known.iter().map(String::as_str)),
                );
                return;
            }
        };
        let scope = &mut self.program.modules[module];
        let table = if callable { &mut scope.callables } else { &mut scope.values };
        match table.get(&name.name) {
            Some(first) if *first != id => {
                let first = self.program.decls[first.0].decl.name.as_ref().map_or(name.span, |name| name.span);
                self.sink.push(duplicate_name(&name.name, name.span, first));
            }
            _ => {
                table.insert(name.name.clone(), id);
                scope.imports.push((name.span, id));
            }
        }
    }
}

pub(in crate::check) fn duplicate_name(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&codes::DUPLICATE_NAME, second, format!("`{name}` is declared twice"))
        .here("again here")
        .also(first, "first here")
        .help("give one of them another name")
}

/// A field written twice, which is no matter of names.
pub(in crate::check) fn duplicate_field(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&codes::DUPLICATE_NAME, second, format!("`{name}` is written twice"))
        .here("again here")
        .also(first, "first here")
        .help("keep one of them")
}

/// `a`, `b` and `c`.
pub(in crate::check) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".into(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
