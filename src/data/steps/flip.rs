//! `flip`: mirrors half of the training pictures.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::flip::{Direction, Flip};
use crate::data::draws::{Draws, RowDraws};
use crate::data::pictures::Window;
use crate::data::values::Values;

impl StepHalf for Flip {
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
        let whole = Window::whole(height, width);
        let turns = draws.is_some_and(|draws| draws.uniform(0) < 0.5);
        Some(match self.direction {
            Direction::Horizontal => Window { mirrored: turns, ..whole },
            Direction::Vertical => Window { upside_down: turns, ..whole },
        })
    }
}
