//! `keep_above`: what is no larger is missing; undone it is nothing.

use super::{Express, StepCall};
use crate::catalog::steps::keep_above::KeepAbove;

impl Express for KeepAbove {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let [at, missing] = [self.at, f64::NAN].map(|number| call.number(number));
        let above = call.by("Greater", x, &at);
        Some(call.graph.node("Where", &[&above, x, &missing]))
    }

    fn undo(&self, _call: &mut StepCall<'_>, x: &str) -> Option<String> {
        Some(x.into())
    }
}
