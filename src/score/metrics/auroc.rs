//! `auroc`: by ranks; for several classes or labels, the mean of one against the rest over those for which it is defined.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::auroc::Auroc;
use crate::score::{Figure, RowWeights, Scored, Sides, rankings};

impl Compute for Auroc {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let rankings = rankings(scored, Sides::One)?;
        Ok(Box::new(move |weights: RowWeights| {
            let areas: Vec<f64> = rankings.iter().filter_map(|ranking| ranking.area(weights)).collect();
            if areas.is_empty() {
                return Figure::Undefined("all rows have one class".into());
            }
            Figure::Number(areas.iter().sum::<f64>() / areas.len() as f64)
        }))
    }

    /// A score and a label per row are kept: the rank of a row is not known before all have come.
    fn begin(&self) -> Option<Box<dyn Batches>> {
        None
    }
}
