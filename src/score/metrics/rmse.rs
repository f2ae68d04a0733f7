//! `rmse`: for each component the root of the mean of (label − prediction)²; then the mean over components.

use super::{Compute, Prepared, no_rows};
use crate::catalog::metrics::rmse::Rmse;
use crate::score::{Errors, Figure, RowWeights, Scored};

impl Compute for Rmse {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let errors = Errors::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let roots = errors.each_component(|component| {
                let (mut sum, mut total) = (0.0, 0.0);
                for (row, error) in component.enumerate() {
                    let weight = weights.at(row);
                    sum += weight * error.difference * error.difference;
                    total += weight;
                }
                (total > 0.0).then(|| (sum / total).sqrt())
            });
            roots.map_or_else(no_rows, Figure::Number)
        }))
    }
}
