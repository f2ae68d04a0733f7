//! `color_jitter`: other light on training pictures.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::color_jitter::ColorJitter;
use crate::data::draws::Draws;
use crate::data::values::Values;

impl StepHalf for ColorJitter {
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
            let factor = |number: usize, most: f64| {
                let least = (1.0 - most).max(0.0);
                least + draws.uniform(number) * (1.0 + most - least)
            };
            let mut changed = picture.clone();
            if self.brightness > 0.0 {
                changed = changed.brighter(factor(0, self.brightness));
            }
            if self.contrast > 0.0 {
                changed = changed.contrasted(factor(1, self.contrast));
            }
            if self.saturation > 0.0 {
                changed = changed.saturated(factor(2, self.saturation));
            }
            if self.hue > 0.0 {
                changed = changed.hued((2.0 * draws.uniform(3) - 1.0) * self.hue);
            }
            changed
        }))
    }
}
