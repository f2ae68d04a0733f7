//! `standardize`: mean 0 and standard deviation 1 on the training part, per column.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, change_columns, map_columns, some_columns};
use crate::catalog::steps::standardize::Standardize;
use crate::data::values::Values;

#[derive(Debug, Serialize, Deserialize)]
pub struct Moments {
    mean: Vec<f64>,
    /// Of the population, as scikit-learn's `StandardScaler` has it; 1 for a constant column.
    deviation: Vec<f64>,
}

impl StepHalf for Standardize {
    type State = Moments;

    fn fit(&self, values: &Values, train: &[usize]) -> Result<Moments, Refusal> {
        let columns = some_columns(values, train)?;
        let moments: Vec<(f64, f64)> = columns
            .iter()
            .map(|column| {
                let count = column.len() as f64;
                let mean = column.iter().sum::<f64>() / count;
                let deviation = (column.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
                let constant = column.iter().all(|value| *value == column[0]);
                if constant { (column[0], 1.0) } else { (mean, if deviation > 0.0 { deviation } else { 1.0 }) }
            })
            .collect();
        if moments.iter().any(|(mean, deviation)| !mean.is_finite() || !deviation.is_finite()) {
            return Err(Refusal::new("finds numbers too large to square; put `-> scale(…)` before it"));
        }
        let (mean, deviation) = moments.into_iter().unzip();
        Ok(Moments { mean, deviation })
    }

    fn apply(&self, state: &Moments, values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |column, value| (value - state.mean[column]) / state.deviation[column]))
    }

    fn invert(&self, state: &Moments, values: &mut [f64], width: usize) {
        change_columns(values, width, |column, value| value * state.deviation[column] + state.mean[column]);
    }
}
