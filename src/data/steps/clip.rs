//! `clip`: cuts numbers to a range.

use super::{Refusal, StepHalf, Training, map_columns};
use crate::catalog::steps::clip::Clip;
use crate::data::values::Values;

impl StepHalf for Clip {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        if self.low <= self.high { Ok(()) } else { Err(Refusal::new("needs a low end that is not above the high end")) }
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        // Not `clamp`: a missing number stays missing.
        Ok(map_columns(values, |_, value| {
            if value < self.low {
                self.low
            } else if value > self.high {
                self.high
            } else {
                value
            }
        }))
    }
}
