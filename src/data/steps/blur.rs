//! `blur`: some training pictures out of focus.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::blur::Blur;
use crate::data::draws::Draws;
use crate::data::values::Values;

impl StepHalf for Blur {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.each_picture(None, &|row, picture| {
            let draws = draws.row(row);
            match draws.uniform(0) < self.share.0 {
                true => picture.blurred(self.deviation * (0.1 + 0.9 * draws.uniform(1))),
                false => picture.clone(),
            }
        }))
    }
}
