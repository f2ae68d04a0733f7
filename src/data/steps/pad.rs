//! `pad`: a margin around each picture.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::pad::Pad;
use crate::data::pictures::Window;
use crate::data::values::Values;

impl StepHalf for Pad {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let (by, both) = (-(self.pixels as isize), 2 * self.pixels);
        let to = match &values {
            Values::Pictures(pictures) => pictures.size.map(|(height, width)| (height + both, width + both)),
            _ => None,
        };
        Ok(values.each_picture(to, &|_, picture| {
            let window = Window { top: by, left: by, ..Window::whole(picture.height + both, picture.width + both) };
            picture.cut(window, self.fill.map(|fill| fill as u8))
        }))
    }
}
