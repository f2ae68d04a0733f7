//! `piecewise_linear`: one number per bin between the quantiles of the training part.

use super::{Refusal, StepHalf, Training, sorted_quantile};
use crate::catalog::steps::piecewise_linear::PiecewiseLinear;
use crate::data::values::Values;

impl StepHalf for PiecewiseLinear {
    /// The edges of each column's bins, rising.
    type State = Vec<Vec<f64>>;

    fn fit(&self, training: &Training<'_>) -> Result<Vec<Vec<f64>>, Refusal> {
        training.sorted_columns(&mut |column| {
            let mut edges: Vec<f64> =
                (0..=self.bins).map(|bin| sorted_quantile(column, bin as f64 / self.bins as f64)).collect();
            edges.dedup();
            Ok(edges)
        })
    }

    fn apply(&self, state: &Vec<Vec<f64>>, values: Values) -> Result<Values, Refusal> {
        let Values::Real { values, .. } = values else { return Ok(values) };
        let width = state.len().max(1);
        let mut encoded = vec![0.0; values.len() * self.bins];
        for (place, (value, bins)) in values.iter().zip(encoded.chunks_mut(self.bins)).enumerate() {
            encode(&state[place % width], *value, bins);
        }
        Ok(Values::Real { shape: vec![width * self.bins], values: encoded })
    }
}

/// Fills the bins of one number.
fn encode(edges: &[f64], value: f64, bins: &mut [f64]) {
    if value.is_nan() {
        return bins.fill(f64::NAN);
    }
    if let [only] = edges {
        // A constant column has no bin; another value tells itself from the constant by its sign.
        bins[0] = (value - only).clamp(-1.0, 1.0);
        return;
    }
    let last = edges.len() - 2;
    for (bin, (edge, pair)) in bins.iter_mut().zip(edges.windows(2).enumerate()) {
        let part = (value - pair[0]) / (pair[1] - pair[0]);
        let low = if edge == 0 { f64::NEG_INFINITY } else { 0.0 };
        let high = if edge == last { f64::INFINITY } else { 1.0 };
        *bin = part.clamp(low, high);
    }
}
