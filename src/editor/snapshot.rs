//! A file as it stands at one moment, with what a check finds out of it. What is asked for seldom is computed then.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::world::OpenFiles;
use crate::catalog::{Dim, Facts};
use crate::check::analysis::{Analysis, Definition, Names};
use crate::check::facts::FactsFile;
use crate::check::{self, Options, Variants};
use crate::diag::settings::Settings;
use crate::diag::{Diagnostic, Sink};
use crate::graph::parameters::{self, Parameters};
use crate::graph::{self, GraphOp, ModelGraph};
use crate::pipeline::{Node, NodeId, Op, Owner, Pipeline};
use crate::source::{FileId, Loader, SourceFile, Sources, Span};
use crate::syntax::Pieces;
use crate::syntax::scan::{self, Scan};
use crate::syntax::tree::{self, Decl, Item};

pub struct Snapshot {
    pub file: FileId,
    pub sources: Sources,
    pub analysis: Analysis,
    pub facts: Option<FactsFile>,
    /// The name by which each file is known, in the order of the sources; `None` for what lies in no file.
    paths: Vec<Option<PathBuf>>,
    /// What is wrong with the spec as it stands.
    found: Sink,
    variants: Option<Variants>,
    settings: Settings,
    judged: OnceCell<Judged>,
    names: OnceCell<Names>,
    scan: OnceCell<Scan>,
    weighed: OnceCell<Option<Weighed>>,
}

/// What is wrong with a spec and with its variants.
pub struct Judged {
    /// After levels and suppressions.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that these stand in: those of the spec, and what the check of a variant has read besides.
    pub sources: Sources,
    /// Whether variants have problems that are not the spec's.
    of_variants: bool,
}

/// The model of a sound spec, with what it holds.
pub struct Weighed {
    pub graph: ModelGraph,
    pub parameters: Parameters,
}

/// A name in the text, and what it means.
#[derive(Clone, Copy)]
pub struct Symbol<'a> {
    /// Where it stands.
    pub span: Span,
    pub definition: &'a Definition,
}

impl Snapshot {
    /// What has been read of the files before is in `pieces`, and not read again.
    pub fn of(path: &Path, text: Arc<str>, mut loader: OpenFiles<'_>, pieces: Rc<RefCell<Pieces>>) -> Self {
        // Where the standard library is replaced is known only once the settings are read.
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let settings = Settings::find(path, &[], &loader, &mut sources, check::codes::all(), &mut sink);
        loader.disk.std_folder = settings.std_folder.clone();
        Self::checked(path, text, &loader, (settings, pieces), sources, sink)
    }

    /// A text as if the files were others.
    pub fn through(path: &Path, text: Arc<str>, loader: &dyn Loader) -> Self {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let settings = Settings::find(path, &[], loader, &mut sources, check::codes::all(), &mut sink);
        Self::checked(path, text, loader, (settings, Rc::default()), sources, sink)
    }

    fn checked(
        path: &Path,
        text: Arc<str>,
        loader: &dyn Loader,
        (settings, pieces): (Settings, Rc<RefCell<Pieces>>),
        mut sources: Sources,
        mut sink: Sink,
    ) -> Self {
        let file = sources.add(path.display().to_string(), Some(path), text);
        let facts = loader.read(&FactsFile::path_of(path)).ok().and_then(|text| FactsFile::parse(&text));
        let options = Options { facts: facts.as_ref().map(FactsFile::to_facts), pieces, ..Options::default() };
        let (analysis, variants) = check::check_as_it_stands(file, &mut sources, loader, &options, &mut sink);
        let paths = sources.iter().map(|(_, file)| file.path.as_deref().map(|path| loader.canonical(path))).collect();
        Self {
            file,
            sources,
            analysis,
            facts,
            paths,
            found: sink,
            variants,
            settings,
            judged: OnceCell::new(),
            names: OnceCell::new(),
            scan: OnceCell::new(),
            weighed: OnceCell::new(),
        }
    }

    /// What is wrong, those problems too that it has in its variants, for which alone these are checked.
    pub fn judged(&self, loader: &dyn Loader) -> &Judged {
        self.judged.get_or_init(|| {
            let (mut sources, mut sink) = (self.sources.clone(), self.found.clone());
            if let Some(variants) = &self.variants {
                variants.check(&mut sources, loader, &mut sink);
            }
            let of_variants = sink.iter().count() > self.found.iter().count();
            let found = sink.finish();
            let diagnostics = self.settings.apply(found, &self.analysis.remarks, check::codes::all(), &sources);
            Judged { diagnostics, sources, of_variants }
        })
    }

    /// Whether it has variants in which nothing is wrong but what is wrong with the spec.
    pub fn has_sound_variants(&self, loader: &dyn Loader) -> bool {
        self.variants.is_some() && !self.judged(loader).of_variants
    }

    /// What is wrong with the spec alone, after levels and suppressions.
    pub fn own_diagnostics(&self) -> Vec<Diagnostic> {
        self.settings.apply(self.found.clone().finish(), &self.analysis.remarks, check::codes::all(), &self.sources)
    }

    /// The name by which a file of this check is known; `None` for what lies in no file, as the standard library.
    pub fn path_of(&self, file: FileId) -> Option<&Path> {
        self.paths.get(file.0 as usize)?.as_deref()
    }

    /// Whether a file was read for it.
    pub fn has_read(&self, path: &Path) -> bool {
        self.paths.iter().any(|known| known.as_deref() == Some(path))
    }

    /// Where the standard library is replaced.
    pub fn std_folder(&self) -> Option<PathBuf> {
        self.settings.std_folder.clone()
    }

    pub fn source(&self) -> &SourceFile {
        self.sources.get(self.file)
    }

    pub fn text(&self) -> &str {
        &self.source().text
    }

    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.analysis.partial()
    }

    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| self.analysis.names())
    }

    pub fn tree(&self) -> &tree::File {
        self.analysis.tree()
    }

    pub fn decls(&self) -> impl Iterator<Item = &Decl> {
        self.tree().items.iter().filter_map(|item| match item {
            Item::Decl(decl) => Some(&**decl),
            Item::Use(_) => None,
        })
    }

    /// How a template or a block is declared, and the text of its file.
    pub fn declared(&self, definition: &Definition) -> Option<(Rc<Decl>, &str)> {
        let place = definition.span?;
        let text = &*self.sources.get(place.file).text;
        let named = |item: &Item| match item {
            Item::Decl(decl) => decl.name.as_ref().is_some_and(|name| name.span == place).then(|| (decl.clone(), text)),
            Item::Use(_) => None,
        };
        if place.file == self.file {
            return self.tree().items.iter().find_map(named);
        }
        crate::syntax::parse(place.file, text, &mut Sink::default()).items.iter().find_map(named)
    }

    pub fn scan(&self) -> &Scan {
        self.scan.get_or_init(|| scan::scan_again(self.text()))
    }

    pub fn sizes(&self) -> Facts {
        self.facts.as_ref().map(FactsFile::to_facts).unwrap_or_default()
    }

    pub fn weighed(&self) -> Option<&Weighed> {
        self.weighed
            .get_or_init(|| {
                let graph = graph::build(self.analysis.pipeline()?);
                let parameters = parameters::count(&graph, &self.sizes());
                Some(Weighed { graph, parameters })
            })
            .as_ref()
    }

    /// The name at a place, or the one that ends there, as behind the last letter that was typed.
    pub fn symbol(&self, offset: usize) -> Option<Symbol<'_>> {
        self.symbol_on(offset).or_else(|| self.symbol_on(offset.checked_sub(1)?))
    }

    fn symbol_on(&self, offset: usize) -> Option<Symbol<'_>> {
        let names = self.names();
        let covers =
            |span: &Span| span.file == self.file && (span.start as usize) <= offset && offset < span.end as usize;
        let read = names.uses.iter().filter(|one| covers(&one.span)).min_by_key(|one| one.span.len());
        match read {
            Some(read) => Some(Symbol { span: read.span, definition: names.definitions.get(read.of)? }),
            None => names.definitions.iter().find_map(|definition| {
                let span = definition.span.filter(covers)?;
                Some(Symbol { span, definition })
            }),
        }
    }

    /// The values that are computed at a place, the innermost first.
    pub fn nodes_at(&self, offset: usize) -> Vec<&Node> {
        let Some(pipeline) = self.pipeline() else { return Vec::new() };
        let covers =
            |span: Span| span.file == self.file && (span.start as usize) <= offset && offset <= span.end as usize;
        let mut nodes: Vec<&Node> =
            pipeline.nodes.iter().filter(|node| covers(node.span) && matches!(node.op, Op::Layer { .. })).collect();
        nodes.sort_by_key(|node| node.span.len());
        let least = nodes.first().map(|node| node.span);
        nodes.retain(|node| Some(node.span) == least);
        nodes
    }

    /// Multiply-adds for a row of what was written in one declaration, and parameters; `None` unless the spec is sound.
    pub fn cost_of(&self, owner: Owner) -> Option<(Dim, Dim)> {
        let weighed = self.weighed()?;
        let nodes = weighed.graph.graph.node_indices().filter(|node| weighed.graph.graph[*node].owner == owner);
        let operations = nodes.fold(Dim::int(0), |total, node| total + self.operations(weighed, node));
        Some((weighed.parameters.of_owner(owner).trainable, operations))
    }

    /// The same of the nodes of a path, which a sharing strategy may have made several of.
    pub fn cost_at(&self, path: &str) -> Option<(Dim, Dim)> {
        let weighed = self.weighed()?;
        let mut nodes = weighed.graph.graph.node_indices();
        let node = nodes.find(|node| weighed.graph.graph[*node].path == path)?;
        Some((weighed.parameters.of_node(node).trainable, self.operations(weighed, node)))
    }

    fn operations(&self, weighed: &Weighed, node: petgraph::stable_graph::NodeIndex) -> Dim {
        let graph = &weighed.graph;
        let GraphOp::Layer { def, .. } = &graph.graph[node].op else { return Dim::int(0) };
        let inputs: Vec<_> = graph.inputs_of(node).iter().map(|input| graph.graph[*input].ty.clone()).collect();
        let ty = &graph.graph[node].ty;
        (def.operations(&inputs, ty) * ty.rows().size.per_row()).at_longest(&self.sizes())
    }

    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.pipeline()?.nodes.get(id.0)
    }
}
