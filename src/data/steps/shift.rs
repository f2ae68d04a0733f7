//! `shift`: moves training pictures by some pixels.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::shift::Shift;
use crate::data::draws::{Draws, RowDraws};
use crate::data::pictures::Window;
use crate::data::values::Values;

impl StepHalf for Shift {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.cut(None, &|row, size| self.window(Some(draws.row(row)), size)))
    }

    fn window(&self, draws: Option<RowDraws>, (height, width): (usize, usize)) -> Option<Window> {
        let by = |number: usize| {
            let places = (2 * self.pixels + 1) as f64;
            draws.map_or(0, |draws| (draws.uniform(number) * places) as isize - self.pixels as isize)
        };
        Some(Window { top: by(0), left: by(1), ..Window::whole(height, width) })
    }
}
