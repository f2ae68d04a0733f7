//! `unused-parameter`: a template or a block has a parameter that nothing in it uses.

use super::{Context, Lint};
use crate::check::resolve::program::is_callable;
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::{Block, EntryKind, Expr, Keyword};

crate::declare_codes! {
    /// A template or a block has a parameter that nothing in it uses.
    ///
    /// Whoever gives the parameter a value believes that it does something. It is a mistake of the template or block, not of
    /// its users: use the parameter where it was meant, or take it out.
    ///
    /// ```mtl bad
    /// task careful(delta: number = 1.0) {
    ///   label:   number
    ///   target:  standardize
    ///   head:    dense(label.width)
    ///   loss:    huber(delta: 1.0)
    ///   predict: inverse(target)
    ///   metrics: [rmse]
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task careful(delta: number = 1.0) {
    ///   label:   number
    ///   target:  standardize
    ///   head:    dense(label.width)
    ///   loss:    huber(delta: delta)
    ///   predict: inverse(target)
    ///   metrics: [rmse]
    /// }
    /// ```
    pub UNUSED_PARAMETER: "unused-parameter", error;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for decl in context.program.decls.iter().map(|entry| &entry.decl) {
        let (Some(block), Some(params), Some(name)) = (&decl.block, &decl.params, &decl.name) else { continue };
        if !is_callable(decl) || sink.lost_within(decl.span) {
            continue;
        }
        let what = if decl.keyword == Keyword::Block { "block" } else { "template" };
        for parameter in params.iter().filter(|parameter| !uses(block, &parameter.name.name)) {
            let written = &parameter.name.name;
            sink.push(
                Diagnostic::new(
                    &UNUSED_PARAMETER,
                    parameter.name.span,
                    format!("nothing in {what} `{}` uses its parameter `{written}`", name.name),
                )
                .here("has no effect")
                .help(format!("write `{written}` where it is meant, or take the parameter out")),
            );
        }
    }
}

/// Whether a constant of this name is read anywhere in a block.
fn uses(block: &Block, name: &str) -> bool {
    block.entries.iter().any(|entry| match &entry.kind {
        EntryKind::Assign { value, .. } => reads(value, name),
        EntryKind::Join(join) => {
            reads(&join.format, name) || join.block.as_ref().is_some_and(|block| uses(block, name))
        }
        EntryKind::Field(field) => {
            field.value.as_ref().is_some_and(|value| reads(value, name))
                || field.block.as_ref().is_some_and(|block| uses(block, name))
        }
    })
}

fn reads(expr: &Expr, name: &str) -> bool {
    expr.everything().filter_map(Expr::as_name).any(|only| only.name == name)
}
