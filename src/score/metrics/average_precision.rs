//! `average_precision`: by ranks; for several classes or labels, the mean of one against the rest over those that a row has.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::average_precision::AveragePrecision;
use crate::score::{Figure, RowWeights, Scored, Sides, rankings};

impl Compute for AveragePrecision {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        // Unlike the area under the curve of rates, this one is another for the other of two classes.
        let rankings = rankings(scored, Sides::Both)?;
        Ok(Box::new(move |weights: RowWeights| {
            let figures: Vec<f64> = rankings.iter().filter_map(|ranking| ranking.average_precision(weights)).collect();
            if figures.is_empty() {
                return Figure::Undefined("no row is positive".into());
            }
            Figure::Number(figures.iter().sum::<f64>() / figures.len() as f64)
        }))
    }

    /// A score and a label per row are kept: the rank of a row is not known before all have come.
    fn begin(&self) -> Option<Box<dyn Batches>> {
        None
    }
}
