//! `min_max`: from the range of training rows to another.

use super::{Express, StepCall};
use crate::catalog::steps::min_max::MinMax;

impl Express for MinMax {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let (min, range) = ends(call)?;
        let [low, span] = [self.low, self.high - self.low].map(|number| call.number(number));
        let above = call.by("Sub", x, &min);
        let share = call.by("Div", &above, &range);
        let scaled = call.by("Mul", &share, &span);
        Some(call.by("Add", &scaled, &low))
    }

    fn undo(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let (min, range) = ends(call)?;
        let [low, span] = [self.low, self.high - self.low].map(|number| call.number(number));
        let above = call.by("Sub", x, &low);
        let share = call.by("Div", &above, &span);
        let scaled = call.by("Mul", &share, &range);
        Some(call.by("Add", &scaled, &min))
    }
}

/// The smallest numbers, and how far the largest are from them; 1 for a constant.
fn ends(call: &mut StepCall<'_>) -> Option<(String, String)> {
    let (min, max) = (call.numbers(Some("min"))?, call.numbers(Some("max"))?);
    let range = |(min, max): (&f64, &f64)| if max > min { max - min } else { 1.0 };
    let range: Vec<f64> = min.iter().zip(&max).map(range).collect();
    Some((call.of_row(&min)?, call.of_row(&range)?))
}
