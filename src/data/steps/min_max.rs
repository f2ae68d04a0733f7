//! `min_max`: the training part's range becomes `low` to `high`, per column.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, change_columns, map_columns, some_columns};
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

    fn fit(&self, values: &Values, train: &[usize]) -> Result<Ends, Refusal> {
        if self.low >= self.high {
            return Err(Refusal::new("needs a `low` that is below its `high`"));
        }
        let columns = some_columns(values, train)?;
        let end = |pick: fn(f64, f64) -> f64, start: f64| {
            columns.iter().map(|column| column.iter().copied().fold(start, pick)).collect()
        };
        Ok(Ends { min: end(f64::min, f64::INFINITY), max: end(f64::max, f64::NEG_INFINITY) })
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
