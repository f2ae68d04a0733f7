//! `unused-shared`: a shared node that nothing reads.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::Keyword;

crate::declare_codes! {
    /// A shared node is declared and nothing reads it.
    ///
    /// It would never be trained.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub UNUSED_SHARED: "unused-shared", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for (name, span, _) in context.unused(Keyword::Shared) {
        sink.push(
            Diagnostic::new(&UNUSED_SHARED, span, format!("shared node `{name}` is never read"))
                .here("unused")
                .help("let a task read it, or take it out"),
        );
    }
}
