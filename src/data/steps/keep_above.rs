//! `keep_above`: numbers above a threshold; all others are missing.

use super::{Refusal, StepHalf, Training, map_columns};
use crate::catalog::steps::keep_above::KeepAbove;
use crate::data::values::Values;

impl StepHalf for KeepAbove {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |_, value| if value > self.at { value } else { f64::NAN }))
    }

    fn invert(&self, _state: &(), _values: &mut [f64], _width: usize) {}
}
