//! `unused-data`: a data set that nothing reads.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::Keyword;

crate::declare_codes! {
    /// A data set is declared and nothing reads it.
    ///
    /// It would be opened and checked for nothing.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// data e: csv("e.csv") { columns { x: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub UNUSED_DATA: "unused-data", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for (name, span, _) in context.unused(Keyword::Data) {
        sink.push(
            Diagnostic::new(&UNUSED_DATA, span, format!("data `{name}` is never read"))
                .here("unused")
                .help("let an input read it, or take it out"),
        );
    }
}
