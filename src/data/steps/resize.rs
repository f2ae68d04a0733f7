//! `resize`: pictures of one size.

use std::sync::Arc;

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::resize::Resize;
use crate::data::parallel::in_order;
use crate::data::pictures::Pictures;
use crate::data::pictures::resized;
use crate::data::values::Values;

impl StepHalf for Resize {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Pictures(pictures) = values else { return Ok(values) };
        let (height, width) = self.size();
        let one = |row: usize| pictures.all[row].as_ref().map(|picture| Arc::new(resized(picture, height, width)));
        let all = in_order(pictures.all.len(), &one);
        Ok(Values::Pictures(Pictures { size: Some((height, width)), all, ..pictures }))
    }
}
