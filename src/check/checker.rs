//! The state of a check, and its order of work.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::catalog::ArgValue;
use crate::check::Ask;
use crate::check::Options;
use crate::check::codes;
use crate::check::declare::families::Family;
use crate::check::declare::order::Effort;
use crate::check::resolve::env::CallSite;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::DeclId;
use crate::check::resolve::program::Program;
use crate::check::whole::lints;
use crate::diag::{Diagnostic, Label, Sink};
use crate::pipeline::{
    DataSet, Input, Node, NodeId, Obligation, Op, Owner, Param, Pipeline, Setting, Shared, Space, Task,
};
use crate::source::{Sources, Span};
use crate::syntax::tree::{Decl, Expr, Keyword};

/// How far the elaboration of a declaration has come.
#[derive(Clone, Debug)]
pub(super) enum Progress<T> {
    /// Being elaborated: reading it again is a cycle.
    Open,
    /// Done; `None` if it has an error that has been reported.
    Done(Option<T>),
}

/// Suggestions cost a comparison with every known name; a file with thousands of wrong names gets
/// them for the first ones.
const MOST_SUGGESTIONS: usize = 200;

pub(super) struct Checker<'a> {
    pub program: Program,
    pub sources: &'a mut Sources,
    pub options: &'a Options,
    /// What the variant that was asked for overrides, below `--set`.
    pub variant: Vec<(String, Expr)>,
    pub sink: &'a mut Sink,
    // What has been elaborated, by declaration.
    pub data_of: HashMap<DeclId, Progress<usize>>,
    pub nodes_of: HashMap<DeclId, Progress<NodeId>>,
    pub shared_of: HashMap<DeclId, Progress<usize>>,
    pub tasks_of: HashMap<DeclId, Progress<usize>>,
    pub params_of: HashMap<DeclId, Progress<ArgValue>>,
    /// What `over` says of params that are being elaborated.
    pub params_over: HashMap<DeclId, Space>,
    /// Declarations being elaborated, outermost first, for the message of a cycle.
    pub open: Vec<DeclId>,
    /// Blocks being expanded, for recursion.
    pub open_blocks: Vec<DeclId>,
    // What the pipeline will hold.
    pub params: Vec<Param>,
    pub data: Vec<DataSet>,
    /// Where the columns of each data set stand.
    pub columns_by_name: Vec<HashMap<String, usize>>,
    /// What `inherited` stands for in the list of a parameter: its default, or the data set's own.
    pub inherited: Option<Vec<ArgValue>>,
    /// The data set's spellings of a missing value, while its columns are read.
    pub missing_of_data: Vec<ArgValue>,
    pub inputs: Vec<Input>,
    pub nodes: Vec<Node>,
    pub shared: Vec<Shared>,
    pub tasks: Vec<Task>,
    pub obligations: Vec<Obligation>,
    pub settings: Vec<Setting>,
    /// Node paths that are taken, so that two never have one name.
    pub paths: HashSet<String>,
    /// Weights of instances, by path and the input they were made for: shared uses must agree.
    pub instances: HashMap<String, NodeId>,
    /// Columns that are declared with a mistake, by data set; `None` stands for all that it may have.
    pub broken_columns: HashSet<(usize, Option<String>)>,
    /// Families of tasks, each taken apart into its members.
    pub families: Vec<Family>,
    suggestions: usize,
    /// The epochs of the run, while settings are read that are shares of it.
    pub epochs_of_shares: Option<usize>,
    pub effort: Effort,
    pub asks: Vec<Ask>,
}

impl<'a> Checker<'a> {
    pub fn new(program: Program, sources: &'a mut Sources, options: &'a Options, sink: &'a mut Sink) -> Self {
        Self {
            program,
            sources,
            options,
            variant: Vec::new(),
            sink,
            data_of: HashMap::new(),
            nodes_of: HashMap::new(),
            shared_of: HashMap::new(),
            tasks_of: HashMap::new(),
            params_of: HashMap::new(),
            params_over: HashMap::new(),
            open: Vec::new(),
            open_blocks: Vec::new(),
            params: Vec::new(),
            data: Vec::new(),
            columns_by_name: Vec::new(),
            inherited: None,
            missing_of_data: Vec::new(),
            inputs: Vec::new(),
            nodes: Vec::new(),
            shared: Vec::new(),
            tasks: Vec::new(),
            obligations: Vec::new(),
            settings: Vec::new(),
            paths: HashSet::new(),
            instances: HashMap::new(),
            broken_columns: HashSet::new(),
            families: Vec::new(),
            suggestions: 0,
            epochs_of_shares: None,
            effort: Effort::default(),
            asks: Vec::new(),
        }
    }

    /// Elaborates every declaration of the spec, then what concerns the whole.
    pub fn run(&mut self) -> Option<Pipeline> {
        self.expand_families();
        let root: Vec<DeclId> = self.program.modules[0].decls.clone();
        let variants = self.variants();
        self.overrides();
        for id in &root {
            self.validate_parts(*id);
        }
        let mut seen = HashSet::new();
        for keyword in [Keyword::Param, Keyword::Data, Keyword::Input, Keyword::Let, Keyword::Shared, Keyword::Task] {
            for id in &root {
                if self.program.decls[id.0].decl.keyword == keyword {
                    self.elaborate_in_order(*id, &mut seen);
                }
            }
        }
        self.order_tasks(&root);
        self.check_unused_callables(&root);
        self.check_sharing();
        let weights = self.weights();
        let train = self.train();
        let evaluate = self.evaluate();
        let (transfer, unfreeze) = self.transfer();
        self.task_reads();
        self.discharge_obligations();
        let module = &self.program.modules[0];
        let file = module.file;
        let source = self.sources.get(file);
        let name = source.path.as_deref().unwrap_or(std::path::Path::new(&source.name)).file_stem();
        let name = name.and_then(|name| name.to_str()).unwrap_or("spec").to_string();
        let folder = source.path.as_deref().and_then(std::path::Path::parent).map(std::path::Path::to_path_buf);
        if self.tasks.is_empty()
            && self.families.is_empty()
            && !root.iter().any(|id| self.decl(*id).keyword == Keyword::Task)
        {
            self.empty_spec(&root);
        }
        let pipeline = Pipeline {
            name,
            file,
            folder: folder.unwrap_or_default(),
            doc: self.program.modules[0].docs.clone(),
            params: std::mem::take(&mut self.params),
            data: std::mem::take(&mut self.data),
            inputs: std::mem::take(&mut self.inputs),
            nodes: std::mem::take(&mut self.nodes),
            shared: std::mem::take(&mut self.shared),
            tasks: std::mem::take(&mut self.tasks),
            weights,
            train,
            evaluate,
            transfer,
            unfreeze,
            variants,
            variant: self.options.variant.clone(),
            obligations: std::mem::take(&mut self.obligations),
            settings: std::mem::take(&mut self.settings),
        };
        let complete = !self.sink.iter().any(|one| one.code.fixed || one.code == &codes::NO_TASKS);
        lints::run(&lints::Context { pipeline: &pipeline, program: &self.program, complete }, self.sink);
        self.say_once_per_family();
        self.say_once_per_name();
        (!self.sink.has_errors() && !pipeline.tasks.is_empty()).then_some(pipeline)
    }

    /// A spec that asks nothing: a library of blocks and templates is fine, anything else is told.
    fn empty_spec(&mut self, root: &[DeclId]) {
        let file = self.program.modules[0].file;
        let lost = self.sink.iter().any(|one| one.code.fixed && one.span.file == file);
        if lost || root.iter().any(|id| crate::check::resolve::program::is_callable(&self.decl(*id))) {
            return;
        }
        let diagnostic = Diagnostic::new(&codes::NO_TASKS, Span::new(file, 0, 0), "the spec has no task")
            .help("a task says what to learn: `task species: classification from trunk { label: penguins.species }`");
        self.sink.push(diagnostic);
    }

    pub fn decl(&self, id: DeclId) -> Rc<Decl> {
        self.program.decls[id.0].decl.clone()
    }

    pub fn module_of(&self, id: DeclId) -> usize {
        self.program.decls[id.0].module
    }

    /// Whether a value of the spec could not be elaborated, which has been reported.
    pub fn has_failed(&self, name: &str) -> bool {
        let Some(id) = self.program.modules[0].values.get(name) else { return false };
        matches!(self.nodes_of.get(id), Some(Progress::Done(None)))
            || matches!(self.shared_of.get(id), Some(Progress::Done(None)))
            || matches!(self.tasks_of.get(id), Some(Progress::Done(None)))
    }

    pub fn mark_used(&mut self, id: DeclId) {
        self.program.decls[id.0].used = true;
    }

    /// What a misspelt name was meant to be is used, so that it is not told to be unused as well.
    pub fn mark_meant(&mut self, diagnostic: &Diagnostic, module: usize) {
        let meant = diagnostic.fixes.first().and_then(|fix| fix.edits.first()).map(|edit| edit.replacement.clone());
        if let Some(meant) = meant {
            let scope = &self.program.modules[module];
            if let Some(id) = scope.values.get(&meant).or(scope.callables.get(&meant)) {
                self.mark_used(*id);
            }
        }
    }

    pub fn source_text(&self, span: Span) -> String {
        self.sources.text(span).to_string()
    }

    /// False once so many suggestions have been made that more would only cost time.
    pub fn may_suggest(&mut self) -> bool {
        self.suggestions += 1;
        self.suggestions <= MOST_SUGGESTIONS
    }

    /// Reports a problem; one inside a template or block is shown where the user called it.
    pub fn report(&mut self, diagnostic: Diagnostic, env: &Env) {
        let diagnostic = at_call_site(diagnostic, env.call_site.as_deref());
        self.sink.push(diagnostic);
    }

    pub fn add_node(&mut self, node: Node) -> NodeId {
        self.paths.insert(node.path.clone());
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// Reports that a declaration is reached again while it is being elaborated.
    pub fn cycle(&mut self, id: DeclId, at: Span) {
        let start = self.open.iter().position(|open| *open == id).unwrap_or(0);
        let names: Vec<String> = self.open[start..]
            .iter()
            .chain([&id])
            .map(|id| self.decl(*id).name.as_ref().map_or(String::new(), |name| format!("`{}`", name.name)))
            .collect();
        let mut diagnostic =
            Diagnostic::new(&codes::CYCLE, at, format!("values form a circle: {}", names.join(" reads ")))
                .here("this closes the circle")
                .help("data flows one way: let one of them read something else");
        for open in self.open[start..].iter().copied() {
            if let Some(name) = &self.decl(open).name {
                diagnostic = diagnostic.also(name.span, "part of the circle");
            }
        }
        self.sink.push(diagnostic);
    }
}

/// Moves the primary place of a problem inside a template to where the user called it.
pub(super) fn at_call_site(mut diagnostic: Diagnostic, site: Option<&CallSite>) -> Diagnostic {
    let Some(site) = site else { return diagnostic };
    if diagnostic.span.file == site.span.file {
        return diagnostic;
    }
    let label = if diagnostic.label.is_empty() { diagnostic.message.clone() } else { diagnostic.label.clone() };
    let inside = Label { span: diagnostic.span, message: format!("in {}: {label}", site.what) };
    diagnostic.labels.insert(0, inside);
    diagnostic.span = site.span;
    diagnostic.label = format!("in the use of {}", site.what);
    // An edit inside a template is not the user's to make here.
    diagnostic.fixes.retain(|fix| fix.edits.iter().all(|edit| edit.span.file == site.span.file));
    diagnostic
}

impl Checker<'_> {
    /// A node that stands for what an input gives.
    pub fn input_node(&mut self, index: usize, path: String) -> NodeId {
        let input = &self.inputs[index];
        let node = Node {
            path,
            op: Op::Input(index),
            inputs: Vec::new(),
            ty: input.ty.clone(),
            rows: input.rows.clone(),
            owner: Owner::Input(index),
            span: input.span,
        };
        self.add_node(node)
    }
}
