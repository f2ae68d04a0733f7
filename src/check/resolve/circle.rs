//! Declarations that read one another in a circle.

use crate::check::checker::Checker;
use crate::check::codes;
use crate::check::resolve::program::DeclId;
use crate::diag::Diagnostic;
use crate::source::Span;

impl Checker<'_> {
    /// Reports that a declaration is reached again while it is being elaborated.
    pub(in crate::check) fn cycle(&mut self, id: DeclId, at: Span) {
        let start = self.names.open.iter().position(|open| *open == id).unwrap_or(0);
        let names: Vec<String> = self.names.open[start..]
            .iter()
            .chain([&id])
            .map(|id| self.decl(*id).name.as_ref().map_or(String::new(), |name| format!("`{}`", name.name)))
            .collect();
        let mut diagnostic =
            Diagnostic::new(&codes::CYCLE, at, format!("values form a circle: {}", names.join(" reads ")))
                .here("this closes the circle")
                .help("data flows one way: let one of them read something else");
        for open in self.names.open[start..].iter().copied() {
            if let Some(name) = &self.decl(open).name {
                diagnostic = diagnostic.also(name.span, "part of the circle");
            }
        }
        self.sink.push(diagnostic);
    }
}
