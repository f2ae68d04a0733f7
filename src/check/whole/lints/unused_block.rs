//! `unused-block`: a block that nothing reads.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::syntax::tree::Keyword;

crate::declare_codes! {
    /// A block is declared and nothing uses it.
    ///
    /// In a file that only offers blocks and templates for others to `use`, that is what they are for, and nothing is said.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// block wide(n: int) { out: in -> dense(n) -> relu }
    /// data d: csv("d.csv") { columns { x: number, y: number } }
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
    pub UNUSED_BLOCK: "unused-block", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    if context.is_library() {
        return;
    }
    for (name, span, _) in context.unused(Keyword::Block) {
        sink.push(
            Diagnostic::new(&UNUSED_BLOCK, span, format!("block `{name}` is never used"))
                .here("unused")
                .help("use it, or take it out"),
        );
    }
}
