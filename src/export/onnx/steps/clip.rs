//! `clip`: no number beyond two ends; a missing one stays missing.

use super::{Express, StepCall};
use crate::catalog::steps::clip::Clip;

impl Express for Clip {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let [low, high] = [self.low, self.high].map(|end| call.number(end));
        let below = call.by("Less", x, &low);
        let raised = call.graph.node("Where", &[&below, &low, x]);
        let above = call.by("Greater", &raised, &high);
        Some(call.graph.node("Where", &[&above, &high, &raised]))
    }
}
