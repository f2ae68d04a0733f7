//! `impute`: fills missing numbers, per column.

use super::{Refusal, StepHalf, Training, map_columns};
use crate::catalog::steps::impute::{Filling, Impute};
use crate::data::values::Values;

impl StepHalf for Impute {
    /// One filling per column.
    type State = Vec<f64>;

    fn fit(&self, training: &Training<'_>) -> Result<Vec<f64>, Refusal> {
        match self.with {
            Filling::Zero => Ok(vec![0.0; training.like().width()]),
            Filling::Mean => {
                let sums = training.some_sums(|_, value| value)?;
                Ok(sums.into_iter().map(|(sum, count)| sum / count as f64).collect())
            }
            Filling::Median => training.sorted_columns(&mut |column| {
                let middle = column.len() / 2;
                Ok(if column.len() % 2 == 1 { column[middle] } else { (column[middle - 1] + column[middle]) / 2.0 })
            }),
            Filling::MostFrequent => training.sorted_columns(&mut |column| Ok(most_frequent(column))),
        }
    }

    fn apply(&self, state: &Vec<f64>, values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |column, value| if value.is_nan() { state[column] } else { value }))
    }
}

/// The value that stands most often among sorted ones; of several, the smallest.
fn most_frequent(column: &[f64]) -> f64 {
    let mut best = (0, 0.0);
    for run in column.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), run[0]);
        }
    }
    best.1
}
