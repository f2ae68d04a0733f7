//! `cutout`: a hole in training pictures.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::cutout::Cutout;
use crate::data::draws::Draws;
use crate::data::values::Values;

impl StepHalf for Cutout {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.each_picture(None, &|row, picture| {
            let (draws, mut holed) = (draws.row(row), picture.clone());
            if draws.uniform(0) >= self.share.0 {
                return holed;
            }
            // The middle lies anywhere, so that the hole may reach beyond an edge.
            let reach = |number: usize, size: usize| {
                let start = (draws.uniform(number) * size as f64) as usize + size - self.size / 2;
                start.saturating_sub(size)..(start + self.size).saturating_sub(size).min(size)
            };
            let channels = picture.channels.count();
            for y in reach(1, picture.height) {
                let columns = reach(2, picture.width);
                let row = y * picture.width;
                holed.pixels[(row + columns.start) * channels..(row + columns.end) * channels].fill(self.fill as u8);
            }
            holed
        }))
    }
}
