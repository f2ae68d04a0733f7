//! `scale`: times a constant.

use super::{Refusal, StepHalf, Training, change_columns, map_columns};
use crate::catalog::steps::scale::Scale;
use crate::data::values::Values;

impl StepHalf for Scale {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |_, value| value * self.by))
    }

    fn invert(&self, _state: &(), values: &mut [f64], width: usize) {
        change_columns(values, width, |_, value| value / self.by);
    }
}
