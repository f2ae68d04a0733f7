//! `unused-param`: a param that nothing reads.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::Keyword;

crate::declare_codes! {
    /// A param is declared and nothing uses it.
    ///
    /// Setting it with `--set` would change nothing.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// param width: int = 8
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub UNUSED_PARAM: "unused-param", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    if context.is_library() {
        return;
    }
    for (name, span, _) in context.unused(Keyword::Param) {
        sink.push(
            Diagnostic::new(&UNUSED_PARAM, span, format!("param `{name}` is never used"))
                .here("unused")
                .help("use it, or take it out"),
        );
    }
}
