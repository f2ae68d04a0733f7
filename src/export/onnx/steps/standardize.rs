//! `standardize`: less the mean, divided by the deviation.

use super::{Express, StepCall};
use crate::catalog::steps::standardize::Standardize;

impl Express for Standardize {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let (mean, deviation) = (call.learnt(Some("mean"))?, call.learnt(Some("deviation"))?);
        let centred = call.by("Sub", x, &mean);
        Some(call.by("Div", &centred, &deviation))
    }

    fn undo(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let (mean, deviation) = (call.learnt(Some("mean"))?, call.learnt(Some("deviation"))?);
        let scaled = call.by("Mul", x, &deviation);
        Some(call.by("Add", &scaled, &mean))
    }
}
