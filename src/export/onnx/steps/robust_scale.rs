//! `robust_scale`: less the median, divided by the spread.

use super::{Express, StepCall};
use crate::catalog::steps::robust_scale::RobustScale;

impl Express for RobustScale {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let (median, spread) = (call.learnt(Some("median"))?, call.learnt(Some("spread"))?);
        let centred = call.by("Sub", x, &median);
        Some(call.by("Div", &centred, &spread))
    }

    fn undo(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let (median, spread) = (call.learnt(Some("median"))?, call.learnt(Some("spread"))?);
        let scaled = call.by("Mul", x, &spread);
        Some(call.by("Add", &scaled, &median))
    }
}
