//! `multi_hot`: 1 for each class of the row's set.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::multi_hot::MultiHot;
use crate::data::values::Values;

impl StepHalf for MultiHot {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Sets { classes, members } = values else { return Ok(values) };
        let values = members.into_iter().map(|member| f64::from(u8::from(member))).collect();
        Ok(Values::Real { shape: vec![classes.len()], values })
    }
}
