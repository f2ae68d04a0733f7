//! `grayscale`: how light each pixel is.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::grayscale::Grayscale;
use crate::data::pictures::{Channels, Pictures};
use crate::data::values::Values;

impl StepHalf for Grayscale {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        match values.each_picture(None, &|_, picture| picture.gray()) {
            Values::Pictures(pictures) => Ok(Values::Pictures(Pictures { channels: Channels::Gray, ..pictures })),
            other => Ok(other),
        }
    }
}
