//! `robust_scale`: median 0 and a distance of 1 between the quartiles of the training part, per column.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, Training, change_columns, map_columns, sorted_quantile};
use crate::catalog::steps::robust_scale::RobustScale;
use crate::data::values::Values;

#[derive(Debug, Serialize, Deserialize)]
pub struct Spread {
    median: Vec<f64>,
    /// What is divided by; 1 for a constant column.
    spread: Vec<f64>,
}

impl StepHalf for RobustScale {
    type State = Spread;

    fn fit(&self, training: &Training<'_>) -> Result<Spread, Refusal> {
        let columns = training.sorted_columns(&mut |column| {
            let quartiles = sorted_quantile(column, 0.75) - sorted_quantile(column, 0.25);
            let range = sorted_quantile(column, 1.0) - sorted_quantile(column, 0.0);
            let own = [quartiles, range / 2.0].into_iter().find(|distance| *distance > 0.0).unwrap_or(1.0);
            if !own.is_finite() {
                return Err(Refusal::new("finds numbers too far apart; put `-> scale(…)` before it"));
            }
            Ok((sorted_quantile(column, 0.5), own))
        })?;
        let (median, spread) = columns.into_iter().unzip();
        Ok(Spread { median, spread })
    }

    fn apply(&self, state: &Spread, values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |column, value| (value - state.median[column]) / state.spread[column]))
    }

    fn invert(&self, state: &Spread, values: &mut [f64], width: usize) {
        change_columns(values, width, |column, value| value * state.spread[column] + state.median[column]);
    }
}
