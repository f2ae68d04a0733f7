//! The state of a check, and its order of work.

use std::collections::{HashMap, HashSet};

use super::constants::Constants;
use super::declare::Declared;
use super::flow::Flowing;
use super::resolve::Names;
use super::resolve::program::{DeclId, Program, is_callable};
use super::resolve::progress::Progress;
use super::whole::uses::Resolved;
use super::{Analysis, Ask, Options, codes, lints};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::Pipeline;
use crate::source::{Loader, Sources, Span};
use crate::syntax::tree::Keyword;

/// A check at work: what each phase has found so far. A phase may read what the phases before it have found; a test counts
/// what goes the other way, which is reading a name on demand.
pub(super) struct Checker<'a> {
    pub sources: &'a mut Sources,
    /// For what a spec names besides other specs.
    pub loader: &'a dyn Loader,
    pub options: &'a Options,
    pub sink: &'a mut Sink,
    pub names: Names,
    pub constants: Constants,
    pub flowing: Flowing,
    pub declared: Declared,
    pub asks: Vec<Ask>,
}

impl<'a> Checker<'a> {
    pub fn new(
        program: Program,
        sources: &'a mut Sources,
        loader: &'a dyn Loader,
        options: &'a Options,
        sink: &'a mut Sink,
    ) -> Self {
        Self {
            sources,
            loader,
            options,
            sink,
            names: Names { program, ..Names::default() },
            constants: Constants::default(),
            flowing: Flowing::default(),
            declared: Declared::default(),
            asks: Vec::new(),
        }
    }

    /// Elaborates every declaration of the spec, then what concerns the whole.
    pub fn run(&mut self) -> Pipeline {
        self.expand_families();
        let root: Vec<DeclId> = self.names.program.modules[0].decls.clone();
        let variants = self.variants();
        self.overrides();
        for id in &root {
            self.validate_parts(*id);
        }
        let mut seen = HashSet::new();
        for keyword in [Keyword::Param, Keyword::Data, Keyword::Input, Keyword::Let, Keyword::Shared, Keyword::Task] {
            for id in &root {
                if self.names.program.decls[id.0].decl.keyword == keyword {
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
        let module = &self.names.program.modules[0];
        let file = module.file;
        let source = self.sources.get(file);
        let name = source.path.as_deref().unwrap_or(std::path::Path::new(&source.name)).file_stem();
        let name = name.and_then(|name| name.to_str()).unwrap_or("spec").to_string();
        let folder = source.path.as_deref().and_then(std::path::Path::parent).map(std::path::Path::to_path_buf);
        if self.declared.tasks.is_empty()
            && self.declared.families.is_empty()
            && !root.iter().any(|id| self.decl(*id).keyword == Keyword::Task)
        {
            self.empty_spec(&root);
        }
        let pipeline = Pipeline {
            name,
            file,
            folder: folder.unwrap_or_default(),
            doc: self.names.program.modules[0].docs.clone(),
            params: std::mem::take(&mut self.constants.params),
            data: std::mem::take(&mut self.declared.data),
            inputs: std::mem::take(&mut self.declared.inputs),
            nodes: std::mem::take(&mut self.flowing.nodes),
            shared: std::mem::take(&mut self.declared.shared),
            tasks: std::mem::take(&mut self.declared.tasks),
            weights,
            train,
            evaluate,
            transfer,
            unfreeze,
            variants,
            variant: self.options.variant.clone(),
            obligations: std::mem::take(&mut self.flowing.obligations),
            settings: std::mem::take(&mut self.constants.settings),
        };
        self.batch_of_tokens(&pipeline);
        self.check_mixing(&pipeline);
        let complete = !self.sink.iter().any(|one| one.code.fixed || one.code == &codes::NO_TASKS);
        lints::run(&lints::Context { pipeline: &pipeline, program: &self.names.program, complete }, self.sink);
        self.say_once_per_family();
        self.say_once_per_name();
        super::whole::proposals::add(&self.names.program, self.sources, self.sink);
        pipeline
    }

    /// What has been found out besides the pipeline, which `run` has made.
    pub fn into_analysis(self, pipeline: Pipeline, sound: bool) -> Analysis {
        fn done<T: Clone>(progress: HashMap<DeclId, Progress<T>>) -> HashMap<DeclId, T> {
            let done = progress.into_iter().filter_map(|(id, progress)| match progress {
                Progress::Done(done) => Some((id, done?)),
                Progress::Open => None,
            });
            done.collect()
        }
        let resolved = Resolved {
            program: self.names.program,
            read: self.names.read,
            flows: self.flowing.read,
            data: done(self.declared.data_of),
            nodes: done(self.declared.nodes_of),
            shared: done(self.declared.shared_of),
            tasks: done(self.declared.tasks_of),
            params: done(self.constants.params_of).into_iter().map(|(id, value)| (id, value.show())).collect(),
        };
        Analysis::new(Some(pipeline), sound, self.asks, resolved)
    }

    /// A spec that asks nothing: a library of blocks and templates is fine, anything else is told.
    fn empty_spec(&mut self, root: &[DeclId]) {
        let file = self.names.program.modules[0].file;
        let lost = self.sink.iter().any(|one| one.code.fixed && one.span.file == file);
        if lost || root.iter().any(|id| is_callable(&self.decl(*id))) {
            return;
        }
        let diagnostic = Diagnostic::new(&codes::NO_TASKS, Span::new(file, 0, 0), "the spec has no task")
            .help("a task says what to learn: `task species: classification from trunk { label: penguins.species }`");
        self.sink.push(diagnostic);
    }
}
