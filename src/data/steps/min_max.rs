//! `min_max`: the training part's range becomes `low` to `high`, per column.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, Training, change_columns, map_columns};
use crate::catalog::steps::min_max::MinMax;
use crate::data::values::Values;

#[derive(Debug, Serialize, Deserialize)]
pub struct Ends {
    min: Vec<f64>,
    max: Vec<f64>,
}

impl Ends {
    /// A constant column has a range of 1, so that it becomes `low`.
    fn range(&self, column: usize) -> f64 {
        let range = self.max[column] - self.min[column];
        if range > 0.0 { range } else { 1.0 }
    }
}

impl StepHalf for MinMax {
    type State = Ends;

    fn fit(&self, training: &Training<'_>) -> Result<Ends, Refusal> {
        if self.low >= self.high {
            return Err(Refusal::new("needs a `low` that is below its `high`"));
        }
        let width = training.numbers();
        let mut ends = Ends { min: vec![f64::INFINITY; width], max: vec![f64::NEG_INFINITY; width] };
        training.each_row(&mut |row| {
            for ((value, min), max) in row.iter().zip(&mut ends.min).zip(&mut ends.max) {
                // Neither takes a missing number.
                *min = min.min(*value);
                *max = max.max(*value);
            }
        })?;
        match ends.min.iter().zip(&ends.max).position(|(min, max)| min > max) {
            Some(empty) => Err(training.without_value(empty)),
            None => Ok(ends),
        }
    }

    fn apply(&self, state: &Ends, values: Values) -> Result<Values, Refusal> {
        let span = self.high - self.low;
        Ok(map_columns(values, |column, value| self.low + (value - state.min[column]) / state.range(column) * span))
    }

    fn invert(&self, state: &Ends, values: &mut [f64], width: usize) {
        let span = self.high - self.low;
        change_columns(values, width, |column, value| {
            state.min[column] + (value - self.low) / span * state.range(column)
        });
    }
}
