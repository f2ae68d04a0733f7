//! Every use of every name, with what it means: names are looked up where the language looks for them, in the text alone, so
//! that a spec with errors has all of its names too. What the check itself read says the same, which is asserted.

mod columns;
mod definitions;
mod walk;

use std::collections::HashMap;

use crate::catalog::reference;
use crate::check::analysis::{Definition, Names, Use};
use crate::check::resolve::program::{DeclId, Program};
use crate::pipeline::{NodeId, Pipeline};
use crate::source::Span;
use crate::syntax::tree::Keyword;

/// What a check has resolved, kept for whoever asks for names.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Resolved {
    pub program: Program,
    /// Each name that the check read, and what it took it for.
    pub read: Vec<(Span, DeclId)>,
    /// What names read where values flow.
    pub flows: HashMap<Span, NodeId>,
    /// Indices into the pipeline, of declarations without an error.
    pub data: HashMap<DeclId, usize>,
    pub nodes: HashMap<DeclId, NodeId>,
    pub shared: HashMap<DeclId, usize>,
    pub tasks: HashMap<DeclId, usize>,
    pub params: HashMap<DeclId, String>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Declaration(DeclId),
    /// Of a shared node or a task.
    Output(DeclId, String),
    /// Of a data set; with a dot, of a table that it joins.
    Column(DeclId, String),
    Joined(DeclId, String),
    /// Of a block or a template.
    Parameter(DeclId, String),
    /// A line of a block.
    Local(DeclId, String),
    /// Folder and name.
    Entry(&'static str, &'static str),
}

/// Every name of a spec and of the files that it uses.
pub(in crate::check) fn names(resolved: &Resolved, pipeline: Option<&Pipeline>) -> Names {
    let pages = reference::entries();
    let mut found = walk::walk(&resolved.program, pages);
    found.sort_by_key(|(span, _)| *span);
    found.dedup();
    debug_assert!(
        resolved.read.iter().all(|(span, id)| agrees(resolved, &found, *span, *id)),
        "the check read a name for something else than its text says"
    );
    let columns = definitions::Columns::of(resolved, pipeline);
    let mut definitions: Vec<Definition> = Vec::new();
    let mut known: HashMap<Target, usize> = HashMap::new();
    for target in definitions::all(&resolved.program).chain(found.iter().map(|(_, target)| target.clone())) {
        known.entry(target).or_insert_with_key(|target| {
            definitions.push(definitions::define(resolved, pipeline, &columns, target));
            definitions.len() - 1
        });
    }
    // A local has the type of what was read where it was named first.
    for (span, target) in &found {
        if let (Target::Local(..), Some(node), Some(pipeline)) = (target, resolved.flows.get(span), pipeline) {
            let ty = &mut definitions[known[target]].ty;
            ty.get_or_insert_with(|| pipeline.node(*node).ty.to_string());
        }
    }
    let uses = found.iter().map(|(span, target)| Use { span: *span, of: known[target] }).collect();
    Names { definitions, uses }
}

/// Whether the text says of a place what the check took it for. What stands in no file of the program, as on the command
/// line, is not walked.
fn agrees(resolved: &Resolved, found: &[(Span, Target)], span: Span, id: DeclId) -> bool {
    let program = &resolved.program;
    if !program.modules.iter().any(|module| module.file == span.file) {
        return true;
    }
    // A member of a family stands where the family does.
    let place = |id: DeclId| program.decls[id.0].decl.span;
    // Who looks for a number reads past a line of the block that has values flow, to a `param` of that name; who reads the text sees the line, which hides it.
    let is_read = |target: &Target| match target {
        Target::Declaration(other) => *other == id || place(*other) == place(id),
        Target::Local(..) => program.decls[id.0].decl.keyword == Keyword::Param,
        _ => false,
    };
    let from = found.partition_point(|(other, _)| *other < Span { end: span.start, ..span });
    found[from..]
        .iter()
        .take_while(|(other, _)| other.file == span.file && other.start == span.start)
        .any(|(_, target)| is_read(target))
}
