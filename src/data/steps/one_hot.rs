//! `one_hot`: 1 at the row's class.

use super::{Refusal, StepHalf};
use crate::catalog::steps::one_hot::OneHot;
use crate::data::values::Values;

impl StepHalf for OneHot {
    type State = ();

    fn fit(&self, _values: &Values, _train: &[usize]) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Category { size, codes, .. } = values else { return Ok(values) };
        let mut hot = vec![0.0; codes.len() * size];
        for (row, code) in codes.iter().enumerate() {
            match usize::try_from(*code) {
                Ok(code) if code < size => hot[row * size + code] = 1.0,
                // A label that is missing.
                _ => hot[row * size..(row + 1) * size].fill(f64::NAN),
            }
        }
        Ok(Values::Real { shape: vec![size], values: hot })
    }
}
