//! `impute`: fills missing numbers, per column.

use super::{Refusal, StepHalf, map_columns, some_columns};
use crate::catalog::steps::impute::{Filling, Impute};
use crate::data::values::Values;

impl StepHalf for Impute {
    /// One filling per column.
    type State = Vec<f64>;

    fn fit(&self, values: &Values, train: &[usize]) -> Result<Vec<f64>, Refusal> {
        if self.with == Filling::Zero {
            return Ok(vec![0.0; values.width()]);
        }
        let columns = some_columns(values, train)?;
        Ok(columns
            .into_iter()
            .map(|mut column| match self.with {
                Filling::Mean => column.iter().sum::<f64>() / column.len() as f64,
                Filling::Median => {
                    column.sort_unstable_by(f64::total_cmp);
                    let middle = column.len() / 2;
                    if column.len() % 2 == 1 { column[middle] } else { (column[middle - 1] + column[middle]) / 2.0 }
                }
                Filling::MostFrequent => most_frequent(column),
                Filling::Zero => 0.0,
            })
            .collect())
    }

    fn apply(&self, state: &Vec<f64>, values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |column, value| if value.is_nan() { state[column] } else { value }))
    }
}

/// The value that stands most often; of several, the smallest.
fn most_frequent(mut column: Vec<f64>) -> f64 {
    column.sort_unstable_by(f64::total_cmp);
    let mut best = (0, 0.0);
    for run in column.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), run[0]);
        }
    }
    best.1
}
