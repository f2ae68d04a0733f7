//! `crop`: a part of each picture, of training pictures at a place that is drawn.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::crop::Crop;
use crate::data::draws::{Draws, RowDraws};
use crate::data::pictures::Window;
use crate::data::values::Values;

impl StepHalf for Crop {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values.cut(Some(self.size()), &|_, size| self.window(None, size)))
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.cut(Some(self.size()), &|row, size| self.window(Some(draws.row(row)), size)))
    }

    fn window(&self, draws: Option<RowDraws>, of: (usize, usize)) -> Option<Window> {
        let (height, width) = self.size();
        let at = |number: usize, rest: usize| match draws {
            Some(draws) => (draws.uniform(number) * (rest + 1) as f64) as isize,
            None => (rest / 2) as isize,
        };
        let (down, right) = (of.0.saturating_sub(height), of.1.saturating_sub(width));
        Some(Window { top: at(0, down), left: at(1, right), ..Window::whole(height, width) })
    }
}
