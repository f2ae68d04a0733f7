//! `unused-input`: an input that nothing reads.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::Keyword;

crate::declare_codes! {
    /// An input is declared and nothing reads it.
    ///
    /// Often a name is missing in a `concat`.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, z: number, y: number } }
    /// input x from d.x -> standardize
    /// input z from d.z -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub UNUSED_INPUT: "unused-input", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for (name, span, _) in context.unused(Keyword::Input) {
        sink.push(
            Diagnostic::new(&UNUSED_INPUT, span, format!("input `{name}` is never read"))
                .here("unused")
                .help("let a node read it, or take it out"),
        );
    }
}
