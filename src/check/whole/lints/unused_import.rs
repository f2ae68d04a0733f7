//! `unused-import`: a name brought in by `use` that nothing uses.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};

crate::declare_codes! {
    /// A name is brought in by `use` and nothing uses it.
    ///
    /// ```mtl bad
    /// use std.tasks.{binary, regression}
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
    pub UNUSED_IMPORT: "unused-import", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for (span, id) in &context.program.modules[0].imports {
        let entry = &context.program.decls[id.0];
        if entry.used || !context.complete {
            continue;
        }
        let name = entry.decl.name.as_ref().map_or("", |name| name.name.as_str());
        sink.push(
            Diagnostic::new(&UNUSED_IMPORT, *span, format!("`{name}` is brought in and never used"))
                .here("unused")
                .help("take it out of the `use`"),
        );
    }
}
