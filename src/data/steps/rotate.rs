//! `rotate`: turns training pictures about their middle.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::rotate::Rotate;
use crate::data::draws::Draws;
use crate::data::pictures::about_middle;
use crate::data::values::Values;

impl StepHalf for Rotate {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.each_picture(None, &|row, picture| {
            let angle = (2.0 * draws.row(row).uniform(0) - 1.0) * self.degrees.to_radians();
            let size = (picture.height, picture.width);
            let map = about_middle(size, angle, (0.0, 0.0), 1.0, (0.0, 0.0));
            picture.warped(map, size, self.sampling.into(), self.fill.map(|fill| fill as u8))
        }))
    }
}
