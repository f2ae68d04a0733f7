//! `noise`: normal noise on the numbers of training rows, another in every epoch.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::noise::Noise;
use crate::data::draws::Draws;
use crate::data::values::Values;

impl StepHalf for Noise {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        let width = values.width().max(1);
        let Values::Real { shape, mut values } = values else { return Ok(values) };
        for (place, row) in values.chunks_mut(width).enumerate() {
            let draws = draws.row(place);
            row.iter_mut().enumerate().for_each(|(column, value)| *value += self.deviation * draws.normal(column));
        }
        Ok(Values::Real { shape, values })
    }
}
