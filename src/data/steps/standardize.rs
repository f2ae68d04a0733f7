//! `standardize`: mean 0 and standard deviation 1 on the training part, per column.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, Training, change_columns};
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
        // Beside sum and count, the first number of a column, and whether all others are that.
        let start: (f64, usize, Option<(f64, bool)>) = (-0.0, 0, None);
        let sums = training.fold(start, |_, (sum, count, constant), value| {
            *sum += value;
            *count += 1;
            match constant {
                Some((first, all)) => *all &= *first == value,
                none => *none = Some((value, true)),
            }
        })?;
        if let Some(empty) = sums.iter().position(|(_, count, _)| *count == 0) {
            return Err(training.without_value(empty));
        }
        let mean: Vec<f64> = sums.iter().map(|(sum, count, _)| sum / *count as f64).collect();
        let squares = training.some_sums(|column, value| (value - mean[column]).powi(2))?;
        let moment =
            |((mean, (squares, count)), (_, _, constant)): ((&f64, (f64, usize)), &(_, _, Option<(f64, bool)>))| {
                let deviation = (squares / count as f64).sqrt();
                match constant {
                    Some((value, true)) => (*value, 1.0),
                    _ => (*mean, if deviation > 0.0 { deviation } else { 1.0 }),
                }
            };
        let moments: Vec<(f64, f64)> = mean.iter().zip(squares).zip(&sums).map(moment).collect();
        if moments.iter().any(|(mean, deviation)| !mean.is_finite() || !deviation.is_finite()) {
            return Err(Refusal::new("finds numbers too large to square; put `-> scale(…)` before it"));
        }
        let (mean, deviation) = moments.into_iter().unzip();
        Ok(Moments { mean, deviation })
    }

    fn apply(&self, state: &Moments, mut values: Values) -> Result<Values, Refusal> {
        if let Values::Real { values, .. } = &mut values {
            for row in values.chunks_mut(state.mean.len().max(1)) {
                for ((value, mean), deviation) in row.iter_mut().zip(&state.mean).zip(&state.deviation) {
                    *value = (*value - mean) / deviation;
                }
            }
        }
        Ok(values)
    }

    fn invert(&self, state: &Moments, values: &mut [f64], width: usize) {
        change_columns(values, width, |column, value| value * state.deviation[column] + state.mean[column]);
    }
}
