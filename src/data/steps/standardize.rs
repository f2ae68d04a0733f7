//! `standardize`: mean 0 and standard deviation 1 on the training part, per column.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, Training, change_columns, map_columns};
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

    fn fit(&self, training: &Training<'_>) -> Result<Moments, Refusal> {
        // The first number of each column, and whether all others are that.
        let mut constant: Vec<Option<(f64, bool)>> = vec![None; training.numbers()];
        let sums = training.some_sums_beside(
            |_, value| value,
            |column, value| match &mut constant[column] {
                Some((first, all)) => *all &= *first == value,
                none => *none = Some((value, true)),
            },
        )?;
        let mean: Vec<f64> = sums.iter().map(|(sum, count)| sum / *count as f64).collect();
        let squares = training.some_sums(|column, value| (value - mean[column]).powi(2))?;
        let moment = |((mean, (squares, count)), constant): ((&f64, (f64, usize)), &Option<(f64, bool)>)| {
            let deviation = (squares / count as f64).sqrt();
            match constant {
                Some((value, true)) => (*value, 1.0),
                _ => (*mean, if deviation > 0.0 { deviation } else { 1.0 }),
            }
        };
        let moments: Vec<(f64, f64)> = mean.iter().zip(squares).zip(&constant).map(moment).collect();
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
