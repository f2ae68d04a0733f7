//! `is`: 1 where the row has the class.

use super::{Refusal, StepHalf, Training};
use crate::catalog::classes::Classes;
use crate::catalog::steps::is::Is;
use crate::data::values::Values;

impl StepHalf for Is {
    /// The index of the class.
    type State = usize;

    fn fit(&self, training: &Training<'_>) -> Result<usize, Refusal> {
        let Values::Category { classes, .. } = training.like() else { return Err(Refusal::new("needs a category")) };
        Classes::new(classes).index(&self.class).ok_or_else(|| Refusal {
            unknown: Some(Box::new((self.class.clone(), classes.clone()))),
            ..Refusal::new(format!("asks for the class `{}`, which the column does not have", self.class))
        })
    }

    fn apply(&self, state: &usize, values: Values) -> Result<Values, Refusal> {
        let Values::Category { codes, .. } = values else { return Ok(values) };
        let wanted = *state as i64;
        // A missing label is no "no"; a missing input is.
        let values = codes
            .into_iter()
            .map(|code| if code < 0 { f64::NAN } else { f64::from(u8::from(code == wanted)) })
            .collect();
        Ok(Values::Real { shape: vec![1], values })
    }
}
