//! `one_hot`: 1 at the row's class, in each column.

use super::{Refusal, StepHalf};
use crate::catalog::steps::one_hot::OneHot;
use crate::data::values::Values;

impl StepHalf for OneHot {
    type State = ();

    fn fit(&self, _values: &Values, _train: &[usize]) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let (sizes, codes) = match values {
            Values::Category { size, codes, .. } => (vec![size], codes),
            Values::Categories { sizes, codes } => (sizes, codes),
            other => return Ok(other),
        };
        let width: usize = sizes.iter().sum();
        let mut hot = Vec::with_capacity(codes.len() / sizes.len().max(1) * width);
        for row in codes.chunks(sizes.len().max(1)) {
            for (code, size) in row.iter().zip(&sizes) {
                let start = hot.len();
                match usize::try_from(*code) {
                    Ok(code) if code < *size => {
                        hot.resize(start + size, 0.0);
                        hot[start + code] = 1.0;
                    }
                    // A label that is missing.
                    _ => hot.resize(start + size, f64::NAN),
                }
            }
        }
        Ok(Values::Real { shape: vec![width], values: hot })
    }
}
