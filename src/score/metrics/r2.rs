//! `r2`: for each component 1 − Σ(label − prediction)² / Σ(label − mean)²; then the mean over components. A component
//! that does not vary has 1 if every prediction is exact and else 0, as in scikit-learn.

use super::{Compute, Prepared};
use crate::catalog::metrics::r2::R2;
use crate::score::{Error, Errors, Figure, RowWeights, Scored};

impl Compute for R2 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let errors = Errors::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let figure = errors.each_component(|component| of_component(component, weights));
            figure.map_or_else(|| Figure::Undefined("it takes two rows or more".into()), Figure::Number)
        }))
    }
}

fn of_component(component: impl Iterator<Item = Error> + Clone, weights: RowWeights) -> Option<f64> {
    let rows = component.enumerate().map(|(row, error)| (weights.at(row), error)).filter(|(weight, _)| *weight > 0.0);
    let (mut sum, mut total, mut count) = (0.0, 0.0, 0);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for (weight, error) in rows.clone() {
        sum += weight * error.label;
        total += weight;
        count += 1;
        least = least.min(error.label);
        most = most.max(error.label);
    }
    if count < 2 {
        return None;
    }
    let mean = sum / total;
    let (mut residual, mut spread) = (0.0, 0.0);
    for (weight, error) in rows {
        residual += weight * error.difference * error.difference;
        spread += weight * (error.label - mean) * (error.label - mean);
    }
    // The rounded mean of equal labels may be off them, so that their spread is not quite 0.
    let varies = least < most;
    Some(match (residual > 0.0, varies) {
        (false, _) => 1.0,
        (true, false) => 0.0,
        (true, true) => 1.0 - residual / spread,
    })
}
