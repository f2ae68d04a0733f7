//! From the syntax tree to the typed pipeline: names, kinds, dimensions, obligations, lints.
//!
//! [`check`] never stops at the first problem: what cannot be understood is reported, left out, and
//! what depends on it stays silent. Declarations are elaborated on demand, so their order never matters.

pub mod analysis;
mod checker;
pub mod codes;
mod constants;
mod declare;
pub mod facts;
mod flow;
mod resolve;
mod whole;

pub use analysis::Analysis;
use checker::Checker;
use constants::variants::variant_names;
use resolve::program::Program;
pub use resolve::standard;
pub use whole::{lints, obligations};

use crate::catalog::Facts;
use std::cell::RefCell;
use std::rc::Rc;

use crate::diag::{Diagnostic, Sink};
use crate::source::{FileId, Loader, Sources, Span};
use crate::syntax::Pieces;
use crate::syntax::tree::Keyword;

/// What the command line adds to a spec.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set name=value`, in order: params, `weights.TASK`, `weights.by`, `NODE.by`, `train.FIELD`.
    pub set: Vec<(String, String)>,
    /// The `variant` to check; `None` for the spec as it stands, with each variant's errors.
    pub variant: Option<String>,
    /// What is known of the data, from a facts file.
    pub facts: Option<Facts>,
    /// What has been read of the files before, for who checks again and again.
    pub pieces: Rc<RefCell<Pieces>>,
}

/// The fields that a block may have, of a declaration or of a field inside it; empty where they have names of the spec's own.
pub fn fields_of(keyword: Keyword, inside: Option<&str>, template: bool) -> &'static [&'static str] {
    match (keyword, inside) {
        (Keyword::Data, None) => &declare::data::BLOCKS,
        (Keyword::Data, Some("split")) => &declare::split::FIELDS,
        (Keyword::Input, None) => &declare::missing::FIELDS,
        (Keyword::Task, None) if template => declare::template::FIELDS,
        (Keyword::Task, None) => &declare::template::TASK_FIELDS,
        (Keyword::Train, None) => &resolve::fields::TRAIN_FIELDS,
        (Keyword::Evaluate, None) => &whole::train::evaluate::FIELDS,
        (Keyword::Transfer, Some(_)) => &whole::transfer::FIELDS,
        (Keyword::Block, None) => &["out"],
        _ => &[],
    }
}

/// A text argument that is missing and must be one of a label's classes, which only the data knows.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The place of the problem that has been reported.
    pub span: Span,
    /// `binary` and `positive`.
    pub owner: String,
    pub parameter: String,
    pub data: crate::pipeline::DataSet,
    pub column: usize,
}

/// Whether the pipeline is whole in spite of a problem. Such an error keeps it from being used unless somebody has allowed it, which the settings know.
fn leaves_all(problem: &Diagnostic) -> bool {
    !problem.is_error() || *problem.code == codes::LABEL_LEAK
}

/// The variants of a spec that has been checked as it stands.
pub struct Variants {
    program: Program,
    names: Vec<String>,
    /// What is wrong with the spec as it stands, which need not be said again.
    said: Vec<(&'static str, Span, String)>,
    options: Options,
}

impl Variants {
    /// Adds the errors of each that are not the spec's own; whether the pipeline of every one is whole.
    pub fn check(&self, sources: &mut Sources, loader: &dyn Loader, sink: &mut Sink) -> bool {
        let mut sound = true;
        for name in &self.names {
            let options = Options { variant: Some(name.clone()), ..self.options.clone() };
            let mut own = Sink::default();
            Checker::new(self.program.clone(), sources, loader, &options, &mut own).run();
            for problem in own.finish() {
                // What the command line says wrong is wrong in every variant.
                let given = sources.get(problem.span.file).name.starts_with("--");
                let known = self.said.iter().any(|(code, span, message)| {
                    *code == problem.code.name && (*span == problem.span || given) && *message == problem.message
                });
                if problem.is_error() && !known {
                    sound &= leaves_all(&problem);
                    sink.push(problem.note(format!("in variant `{name}`")));
                }
            }
        }
        sound
    }
}

/// Checks a spec that has been added to `sources`.
pub fn check(root: FileId, sources: &mut Sources, loader: &dyn Loader, options: &Options, sink: &mut Sink) -> Analysis {
    let (mut analysis, variants) = check_as_it_stands(root, sources, loader, options, sink);
    analysis.sound &= variants.is_none_or(|variants| variants.check(sources, loader, sink));
    analysis
}

/// [`check`] without the spec's variants, each of which costs as much again.
pub fn check_as_it_stands(
    root: FileId,
    sources: &mut Sources,
    loader: &dyn Loader,
    options: &Options,
    sink: &mut Sink,
) -> (Analysis, Option<Variants>) {
    let mut program = resolve::program::load(root, sources, loader, sink, &options.pieces);
    let remarks = program.modules.iter_mut().map(|module| (module.file, std::mem::take(&mut module.remarks))).collect();
    // What was not read to its end cannot be judged: every name behind it would be unknown.
    if sink.iter().filter(|problem| problem.is_error()).count() >= crate::syntax::MOST_PROBLEMS {
        let resolved = whole::uses::Resolved { program, ..Default::default() };
        return (Analysis::new(None, false, Vec::new(), resolved).with_remarks(remarks), None);
    }
    let names = if options.variant.is_none() { variant_names(&program) } else { Vec::new() };
    let of_variants = (!names.is_empty()).then(|| program.clone());
    let mut checker = Checker::new(program, sources, loader, options, sink);
    let pipeline = checker.run();
    let sound = checker.sink.iter().all(leaves_all) && !pipeline.tasks.is_empty();
    let analysis = checker.into_analysis(pipeline, sound).with_remarks(remarks);
    let said = || sink.iter().map(|said| (said.code.name, said.span, said.message.clone())).collect();
    let variants = of_variants.map(|program| Variants { program, names, said: said(), options: options.clone() });
    (analysis, variants)
}
