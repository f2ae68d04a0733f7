//! `drop_input`: which rows lose their input is drawn where it is told which rows have it (`data/given.rs`); no value is changed.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::drop_input::DropInput;
use crate::data::values::Values;

impl StepHalf for DropInput {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }
}
