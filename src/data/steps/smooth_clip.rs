//! `smooth_clip`: x / √(1 + (x / limit)²).

use super::{Refusal, StepHalf, Training, map_columns};
use crate::catalog::steps::smooth_clip::SmoothClip;
use crate::data::values::Values;

impl StepHalf for SmoothClip {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        // The hypotenuse does not overflow where a square would.
        Ok(map_columns(values, |_, value| value / (value / self.limit).hypot(1.0)))
    }
}
