//! `half_turn`: turns half of the training pictures upside down.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::half_turn::HalfTurn;
use crate::data::draws::{Draws, RowDraws};
use crate::data::pictures::Window;
use crate::data::values::Values;

impl StepHalf for HalfTurn {
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
        let turns = draws.is_some_and(|draws| draws.uniform(0) < 0.5);
        Some(Window { mirrored: turns, upside_down: turns, ..Window::whole(height, width) })
    }
}
