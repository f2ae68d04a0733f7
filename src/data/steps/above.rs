//! `above`: 1 where a number is above a threshold.

use super::{Refusal, StepHalf, Training, map_columns};
use crate::catalog::steps::above::Above;
use crate::data::values::Values;

impl StepHalf for Above {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let above = |value: f64| if value.is_nan() { value } else { f64::from(u8::from(value > self.at)) };
        Ok(map_columns(values, |_, value| above(value)))
    }
}
