//! Lints: what is legal and probably not meant. One file each: its code, its page, its rule.

use crate::check::resolve::program::{DeclId, Program};
use crate::diag::{Code, Sink};
use crate::pipeline::Pipeline;
use crate::source::Span;
use crate::syntax::tree::{Decl, Keyword};

/// What a lint looks at.
pub(in crate::check) struct Context<'a> {
    pub pipeline: &'a Pipeline,
    pub program: &'a Program,
    /// False if a part of the spec was not understood, or nothing is asked of it: then "never read" means nothing.
    pub complete: bool,
}

/// A lint.
struct Lint {
    /// What it says.
    codes: &'static [&'static Code],
    run: fn(&Context<'_>, &mut Sink),
}

crate::folder! {
    static LINTS: Lint = LINT {
        balanced_twice,
        batch_of_one,
        early_stop_without_valid,
        frozen_at_random,
        never_learns,
        nothing_chooses,
        one_task_per_batch,
        resampled_twice,
        sampling_without_choice,
        unscaled_target,
        unused_block,
        unused_data,
        unused_import,
        unused_input,
        unused_param,
        unused_parameter,
        unused_shared,
        unused_target,
        unused_value,
    }
}

/// The codes of all lints.
pub fn codes() -> Vec<&'static Code> {
    LINTS.iter().flat_map(|lint| lint.codes).copied().collect()
}

/// Runs every lint.
pub(in crate::check) fn run(context: &Context<'_>, sink: &mut Sink) {
    LINTS.iter().for_each(|lint| (lint.run)(context, sink));
}

impl Context<'_> {
    /// The spec's own declarations of a keyword that nothing reads.
    fn unused(&self, keyword: Keyword) -> Vec<(&str, Span, &Decl)> {
        let used = |id: &DeclId| self.program.decls[id.0].used;
        if !self.complete {
            return Vec::new();
        }
        let of = |id: &DeclId| -> &Decl { &self.program.decls[id.0].decl };
        self.program.modules[0]
            .decls
            .iter()
            .filter(|id| of(id).keyword == keyword && !used(id))
            .filter_map(|id| of(id).name.as_ref().map(|name| (id, name)))
            // A second declaration of a name cannot be read; that has been said.
            .filter(|(id, name)| {
                let scope = &self.program.modules[0];
                scope.values.get(&name.name).or(scope.callables.get(&name.name)).is_none_or(|first| first == *id)
            })
            .map(|(id, name)| (name.name.as_str(), name.span, of(id)))
            .collect()
    }

    /// True for a file that only offers blocks and templates for others to use.
    fn is_library(&self) -> bool {
        self.program.modules[0].decls.iter().all(|id| {
            let decl = &self.program.decls[id.0].decl;
            crate::check::resolve::program::is_callable(decl) || decl.keyword == Keyword::Param
        })
    }
}
