//! `unused-value`: a `let` or an `instance` that nothing reads.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::Keyword;

crate::declare_codes! {
    /// A named value or an instance is declared and nothing reads it.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// let wide = x -> dense(8)
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// let wide = x -> dense(8)
    /// task y: regression from wide { label: d.y }
    /// ```
    pub UNUSED_VALUE: "unused-value", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for (keyword, what) in [(Keyword::Let, "value"), (Keyword::Instance, "instance")] {
        for (name, span, _) in context.unused(keyword) {
            sink.push(
                Diagnostic::new(&UNUSED_VALUE, span, format!("{what} `{name}` is never read"))
                    .here("unused")
                    .help("let a node read it, or take it out"),
            );
        }
    }
}
