//! `affine`: turns, shears, stretches and moves training pictures.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::affine::{Affine, Sampling};
use crate::data::draws::Draws;
use crate::data::pictures::{self, about_middle};
use crate::data::values::Values;

impl From<Sampling> for pictures::Sampling {
    fn from(sampling: Sampling) -> Self {
        match sampling {
            Sampling::Bilinear => pictures::Sampling::Bilinear,
            Sampling::Nearest => pictures::Sampling::Nearest,
        }
    }
}

impl StepHalf for Affine {
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
            let either = |number: usize, most: f64| (2.0 * draws.uniform(number) - 1.0) * most;
            let size = (picture.height, picture.width);
            let by = (either(2, self.shift.0 * size.1 as f64), either(3, self.shift.0 * size.0 as f64));
            let shear = (either(4, self.shear).to_radians(), either(5, self.shear).to_radians());
            let scale = either(1, self.scale.ln()).exp();
            let map = about_middle(size, either(0, self.degrees).to_radians(), shear, scale, by);
            picture.warped(map, size, self.sampling.into(), self.fill.map(|fill| fill as u8))
        }))
    }
}
