//! `lowercase`: text in lower case.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::lowercase::Lowercase;
use crate::data::values::Values;

impl StepHalf for Lowercase {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        Ok(Values::Text(texts.into_iter().map(|text| text.to_lowercase()).collect()))
    }
}
