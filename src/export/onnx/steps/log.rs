//! `log`: ln(1 + x).

use super::{Express, StepCall};
use crate::catalog::steps::log::Log;

impl Express for Log {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let one = call.number(1.0);
        let sum = call.by("Add", x, &one);
        Some(call.graph.node("Log", &[&sum]))
    }

    fn undo(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let one = call.number(1.0);
        let power = call.graph.node("Exp", &[x]);
        Some(call.by("Sub", &power, &one))
    }
}
