//! `zoom`: parts of training pictures, made as large as the whole.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::zoom::Zoom;
use crate::data::draws::Draws;
use crate::data::pictures::Sampling;
use crate::data::values::Values;

impl StepHalf for Zoom {
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
            let area = self.least.0 + draws.uniform(0) * (1.0 - self.least.0);
            let wider = ((2.0 * draws.uniform(1) - 1.0) * self.ratio.ln()).exp();
            // Shares of the width and the height; none reaches further than the picture.
            let (wide, high) = ((area * wider).sqrt().min(1.0), (area / wider).sqrt().min(1.0));
            let (height, width) = (picture.height as f64, picture.width as f64);
            let (left, top) = (draws.uniform(2) * (1.0 - wide) * width, draws.uniform(3) * (1.0 - high) * height);
            let map = [1.0 / wide, 0.0, -left / wide, 0.0, 1.0 / high, -top / high];
            picture.warped(map, (picture.height, picture.width), Sampling::Bilinear, None)
        }))
    }
}
