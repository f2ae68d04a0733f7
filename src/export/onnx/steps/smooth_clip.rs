//! `smooth_clip`: x / √(1 + (x/limit)²).

use super::{Express, StepCall};
use crate::catalog::steps::smooth_clip::SmoothClip;

impl Express for SmoothClip {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let [limit, one] = [self.limit, 1.0].map(|number| call.number(number));
        let share = call.by("Div", x, &limit);
        let square = call.by("Mul", &share, &share);
        let sum = call.by("Add", &square, &one);
        let root = call.graph.node("Sqrt", &[&sum]);
        Some(call.by("Div", x, &root))
    }
}
