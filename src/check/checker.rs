//! The state of a check, and its order of work.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::codes;
use super::env::{CallSite, Env};
use super::pipeline::{DataSet, Input, Node, NodeId, Obligation, Op, Owner, Param, Pipeline, Setting, Shared, Task};
use super::program::{DeclId, Program};
use super::{Options, lints};
use crate::catalog::{ArgValue, Args, ParamKind, ParamSpec};
use crate::diag::{Diagnostic, Label, Sink};
use crate::source::{Sources, Span};
use crate::syntax::tree::{Decl, Keyword};

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
    pub sink: &'a mut Sink,
    // What has been elaborated, by declaration.
    pub data_of: HashMap<DeclId, Progress<usize>>,
    pub nodes_of: HashMap<DeclId, Progress<NodeId>>,
    pub shared_of: HashMap<DeclId, Progress<usize>>,
    pub tasks_of: HashMap<DeclId, Progress<usize>>,
    pub params_of: HashMap<DeclId, Progress<ArgValue>>,
    /// Declarations being elaborated, outermost first, for the message of a cycle.
    pub open: Vec<DeclId>,
    /// Blocks being expanded, for recursion.
    pub open_blocks: Vec<DeclId>,
    // What the pipeline will hold.
    pub params: Vec<Param>,
    pub data: Vec<DataSet>,
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
    suggestions: usize,
}

impl<'a> Checker<'a> {
    pub fn new(program: Program, sources: &'a mut Sources, options: &'a Options, sink: &'a mut Sink) -> Self {
        Self {
            program,
            sources,
            options,
            sink,
            data_of: HashMap::new(),
            nodes_of: HashMap::new(),
            shared_of: HashMap::new(),
            tasks_of: HashMap::new(),
            params_of: HashMap::new(),
            open: Vec::new(),
            open_blocks: Vec::new(),
            params: Vec::new(),
            data: Vec::new(),
            inputs: Vec::new(),
            nodes: Vec::new(),
            shared: Vec::new(),
            tasks: Vec::new(),
            obligations: Vec::new(),
            settings: Vec::new(),
            paths: HashSet::new(),
            instances: HashMap::new(),
            broken_columns: HashSet::new(),
            suggestions: 0,
        }
    }

    /// Elaborates every declaration of the spec, then what concerns the whole.
    pub fn run(&mut self) -> Option<Pipeline> {
        let root: Vec<DeclId> = self.program.modules[0].decls.clone();
        self.overrides();
        for id in &root {
            self.validate_parts(*id);
        }
        for (keyword, elaborate) in [
            (Keyword::Param, Self::param_decl as fn(&mut Self, DeclId)),
            (Keyword::Data, |checker, id| {
                checker.data_decl(id);
            }),
            (Keyword::Input, |checker, id| {
                checker.node_decl(id);
            }),
            (Keyword::Let, |checker, id| {
                checker.node_decl(id);
            }),
            (Keyword::Shared, |checker, id| {
                checker.shared_decl(id);
            }),
            (Keyword::Task, |checker, id| {
                if !super::program::is_callable(&checker.decl(id)) {
                    checker.task_decl(id);
                }
            }),
        ] {
            for id in &root {
                if self.program.decls[id.0].decl.keyword == keyword {
                    elaborate(self, *id);
                }
            }
        }
        self.check_unused_callables(&root);
        let weights = self.weights();
        let train = self.train();
        let evaluate = self.evaluate();
        self.discharge_obligations();
        let module = &self.program.modules[0];
        let file = module.file;
        let source = self.sources.get(file);
        let name = source.path.as_deref().unwrap_or(std::path::Path::new(&source.name)).file_stem();
        let name = name.and_then(|name| name.to_str()).unwrap_or("spec").to_string();
        let folder = source.path.as_deref().and_then(std::path::Path::parent).map(std::path::Path::to_path_buf);
        if self.tasks.is_empty() && !root.iter().any(|id| self.decl(*id).keyword == Keyword::Task) {
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
            obligations: std::mem::take(&mut self.obligations),
            settings: std::mem::take(&mut self.settings),
        };
        let complete = !self.sink.iter().any(|one| one.code.fixed || one.code == &codes::NO_TASKS);
        lints::run(&lints::Context { pipeline: &pipeline, program: &self.program, complete }, self.sink);
        (!self.sink.has_errors() && !pipeline.tasks.is_empty()).then_some(pipeline)
    }

    /// A spec that asks nothing: a library of blocks and templates is fine, anything else is told.
    fn empty_spec(&mut self, root: &[DeclId]) {
        let file = self.program.modules[0].file;
        let lost = self.sink.iter().any(|one| one.code.fixed && one.span.file == file);
        if lost || root.iter().any(|id| super::program::is_callable(&self.decl(*id))) {
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

    /// Lists an entry's arguments among the settings.
    pub fn settings_of(&mut self, path: &str, specs: &[ParamSpec], args: &Args, given: &HashMap<&'static str, Span>) {
        for spec in specs {
            if let Some(value) = args.get(spec.name) {
                self.settings.push(Setting {
                    path: format!("{path}.{}", spec.name),
                    value: value.show(),
                    is_default: !given.contains_key(spec.name),
                });
            }
        }
    }

    pub fn setting(&mut self, path: impl Into<String>, value: impl Into<String>, is_default: bool) {
        self.settings.push(Setting { path: path.into(), value: value.into(), is_default });
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

    // ------------------------------------------------------------------------------------- params

    /// The value of a `param` visible in a module.
    pub fn param(&mut self, module: usize, name: &str) -> Option<Option<ArgValue>> {
        let id = *self.program.modules[module].values.get(name)?;
        if self.decl(id).keyword != Keyword::Param {
            return None;
        }
        self.mark_used(id);
        self.param_decl(id);
        match self.params_of.get(&id) {
            Some(Progress::Done(value)) => Some(value.clone()),
            _ => Some(None),
        }
    }

    pub fn param_names(&self, module: usize) -> Vec<String> {
        self.program.modules[module]
            .values
            .iter()
            .filter(|(_, id)| self.program.decls[id.0].decl.keyword == Keyword::Param)
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn param_decl(&mut self, id: DeclId) {
        if let Some(progress) = self.params_of.get(&id) {
            if matches!(progress, Progress::Open) {
                let at = self.decl(id).span;
                self.cycle(id, at);
                self.params_of.insert(id, Progress::Done(None));
            }
            return;
        }
        self.params_of.insert(id, Progress::Open);
        self.open.push(id);
        let decl = self.decl(id);
        let env = Env::of_module(self.module_of(id));
        let value = self.param_value(&decl, &env);
        self.open.pop();
        if let (Some(value), Some(name)) = (&value, &decl.name) {
            let overridden = self.set_value(&name.name).is_some();
            self.setting(name.name.clone(), value.show(), false);
            self.params.push(Param { name: name.name.clone(), value: value.show(), overridden, span: decl.span });
        }
        self.params_of.insert(id, Progress::Done(value));
    }

    fn param_value(&mut self, decl: &Decl, env: &Env) -> Option<ArgValue> {
        let name = decl.name.as_ref()?;
        let kind = self.param_kind(decl.kind.as_ref(), name.span, &name.name, env)?;
        if let Some(text) = self.set_value(&name.name) {
            let expr = self.parse_set(&name.name, &text)?;
            return self.constant(&expr, &kind, env, &format!("`{}`", name.name));
        }
        let Some(value) = &decl.value else {
            if self.broken_within(decl.span) {
                return None;
            }
            let diagnostic =
                Diagnostic::new(&codes::MISSING_PART, decl.span, format!("param `{}` has no default", name.name))
                    .here("no value")
                    .help(format!("write `param {}: {} = …`", name.name, kind_word(&kind)));
            self.report(diagnostic, env);
            return None;
        };
        self.constant(value, &kind, env, &format!("param `{}`", name.name))
    }

    /// The type of a parameter: `int`, `number`, `bool`, `text`, `share`, `factor`.
    pub fn param_kind(
        &mut self,
        kind: Option<&crate::syntax::tree::Expr>,
        at: Span,
        name: &str,
        env: &Env,
    ) -> Option<ParamKind> {
        const KINDS: [&str; 6] = ["int", "number", "bool", "text", "share", "factor"];
        let Some(kind) = kind else {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, at, format!("`{name}` has no type"))
                .here("no type")
                .help(format!("write `{name}: int`; the types are {}", super::program::list(KINDS)));
            self.report(diagnostic, env);
            return None;
        };
        match kind.as_name().map(|name| name.name.as_str()) {
            Some("int") => Some(ParamKind::Dim),
            Some("number") => Some(ParamKind::Number),
            Some("bool") => Some(ParamKind::Bool),
            Some("text") => Some(ParamKind::Text),
            Some("share") => Some(ParamKind::Share),
            Some("factor") => Some(ParamKind::Factor),
            other => {
                let mut diagnostic =
                    Diagnostic::new(&codes::UNKNOWN_NAME, kind.span, "this is no type of a parameter".to_string())
                        .here("unknown type")
                        .note(format!("the types are {}", super::program::list(KINDS)));
                if let Some(other) = other {
                    diagnostic = diagnostic.did_you_mean(other, KINDS);
                }
                self.report(diagnostic, env);
                None
            }
        }
    }

    // ---------------------------------------------------------------------------------- overrides

    /// Reports `--set` names that nothing declares.
    fn overrides(&mut self) {
        let known: Vec<String> = self.param_names(0);
        for (name, text) in self.options.set.clone() {
            let task = name.strip_prefix("weights.");
            let field = name.strip_prefix("train.");
            let good = match (task, field) {
                (Some(task), _) => self.program.modules[0]
                    .values
                    .get(task)
                    .is_some_and(|id| self.program.decls[id.0].decl.keyword == Keyword::Task),
                (None, Some(field)) => super::train::FIELDS.contains(&field),
                (None, None) => known.contains(&name),
            };
            if !good {
                let file = self.sources.add("--set", None, format!("{name}={text}"));
                let what = match (task, field) {
                    (Some(task), _) => format!("the spec has no task `{task}`"),
                    (None, Some(field)) => format!("`train` has no field `{field}`"),
                    (None, None) => "the spec has no param of this name".to_string(),
                };
                let mut candidates: Vec<String> = known.clone();
                let values = &self.program.modules[0].values;
                let tasks = values.iter().filter(|(_, id)| self.program.decls[id.0].decl.keyword == Keyword::Task);
                candidates.extend(tasks.map(|(task, _)| format!("weights.{task}")));
                candidates.extend(super::train::FIELDS.iter().map(|field| format!("train.{field}")));
                let diagnostic = Diagnostic::new(
                    &codes::UNKNOWN_SETTING,
                    Span::new(file, 0, name.len()),
                    format!("`--set {name}`: {what}"),
                )
                .here("unknown")
                .note("`--set` takes params, `weights.TASK` and `train.FIELD`")
                .did_you_mean(&name, candidates.iter().map(String::as_str));
                self.sink.push(diagnostic);
            }
        }
    }

    /// What `--set` says of a name; the last one counts.
    pub fn set_value(&self, name: &str) -> Option<String> {
        self.options.set.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    /// Parses the value of a `--set`; a plain word that is no expression is taken as text.
    pub fn parse_set(&mut self, name: &str, text: &str) -> Option<crate::syntax::tree::Expr> {
        let file = self.sources.add(format!("--set {name}"), None, text);
        crate::syntax::parse_expr(file, text, self.sink)
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

fn kind_word(kind: &ParamKind) -> &'static str {
    match kind {
        ParamKind::Dim | ParamKind::Integer => "int",
        ParamKind::Bool => "bool",
        ParamKind::Text => "text",
        ParamKind::Share => "share",
        ParamKind::Factor => "factor",
        _ => "number",
    }
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
