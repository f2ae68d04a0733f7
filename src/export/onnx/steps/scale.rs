//! `scale`: times a number.

use super::{Express, StepCall};
use crate::catalog::steps::scale::Scale;

impl Express for Scale {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let by = call.number(self.by);
        Some(call.by("Mul", x, &by))
    }

    fn undo(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let by = call.number(self.by);
        Some(call.by("Div", x, &by))
    }
}
