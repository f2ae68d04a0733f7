//! `snv`: mean 0 and standard deviation 1 in each row.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::snv::Snv;
use crate::data::values::Values;

impl StepHalf for Snv {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let width = values.width().max(1);
        let Values::Real { shape, mut values } = values else { return Ok(values) };
        values.chunks_mut(width).for_each(scale_row);
        Ok(Values::Real { shape, values })
    }
}

fn scale_row(row: &mut [f64]) {
    let known = || row.iter().copied().filter(|value| !value.is_nan());
    let count = known().count() as f64;
    let mean = known().sum::<f64>() / count;
    let deviation = (known().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
    let equal = known().all(|value| value == mean);
    let divisor = if equal || deviation.is_nan() || deviation == 0.0 { 1.0 } else { deviation };
    for value in row {
        *value = (*value - mean) / divisor;
    }
}
