//! How deep and how long elaboration may go.

use super::env::Env;
use crate::check::checker::Checker;
use crate::check::codes;
use crate::diag::Diagnostic;
use crate::source::Span;

/// Values, layers and blocks may be nested so deep; a circle of declarations that is longer is not walked around.
const MOST_DEPTH: usize = 128;

/// Blocks and repeats may expand to so many layers.
const MOST_STAGES: usize = 300_000;

/// How far elaboration has gone.
#[derive(Debug, Default)]
pub(in crate::check) struct Effort {
    depth: usize,
    stages: usize,
    /// What has been reported, once for a spec.
    too_deep: bool,
    too_long: bool,
}

impl Checker<'_> {
    /// Goes one level deeper, if that is allowed; [`Checker::leave`] comes back.
    pub(in crate::check) fn enter(&mut self, span: Span, env: &Env) -> bool {
        if self.names.effort.depth >= MOST_DEPTH {
            if !std::mem::replace(&mut self.names.effort.too_deep, true) {
                let diagnostic = Diagnostic::new(&codes::TOO_COMPLEX, span, "what is read here is nested too deeply")
                    .here("too deep")
                    .help("values read one another in a circle, or blocks stand inside blocks without end");
                self.report(diagnostic, env);
            }
            return false;
        }
        self.names.effort.depth += 1;
        true
    }

    pub(in crate::check) fn leave(&mut self) {
        self.names.effort.depth -= 1;
    }

    /// Counts a layer; false if there are too many.
    pub(in crate::check) fn count_stage(&mut self, span: Span, env: &Env) -> bool {
        self.names.effort.stages += 1;
        let good = self.names.effort.stages <= MOST_STAGES;
        if !good && !std::mem::replace(&mut self.names.effort.too_long, true) {
            let diagnostic = Diagnostic::new(
                &codes::TOO_COMPLEX,
                span,
                format!("this spec expands to more than {MOST_STAGES} layers"),
            )
            .here("expanded until here")
            .help("blocks and repeats inside one another multiply: let them count less");
            self.report(diagnostic, env);
        }
        good
    }
}
