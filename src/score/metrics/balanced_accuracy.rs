//! `balanced_accuracy`: the mean of the recalls of the classes that rows have; for sets of labels, the mean over the labels.

use super::{Compute, Prepared, no_rows};
use crate::catalog::metrics::balanced_accuracy::BalancedAccuracy;
use crate::score::{Classed, Figure, RowWeights, Scored, Tally};

impl Compute for BalancedAccuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let classed = Classed::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let tally = Tally::of(&classed, weights);
            if tally.total > 0.0 { Figure::Number(tally.each_question(balanced)) } else { no_rows() }
        }))
    }
}

fn balanced(tally: &Tally) -> f64 {
    let recalls: Vec<f64> = tally
        .present()
        .filter(|&class| tally.truth[class] > 0.0)
        .map(|class| tally.both[class] / tally.truth[class])
        .collect();
    recalls.iter().sum::<f64>() / recalls.len() as f64
}
