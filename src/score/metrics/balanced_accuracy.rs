//! `balanced_accuracy`: the mean of the recalls of the classes that rows have; for sets of labels, the mean over the labels.

use super::{Batches, Compute, Prepared, Tallies};
use crate::catalog::metrics::balanced_accuracy::BalancedAccuracy;
use crate::score::{Figure, Scored, Tally};

impl Compute for BalancedAccuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Tallies::prepare(figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Tallies::begin(figure)
    }
}

fn figure(tally: &Tally) -> Figure {
    Figure::Number(tally.each_question(balanced))
}

fn balanced(tally: &Tally) -> f64 {
    let recalls: Vec<f64> = tally
        .present()
        .filter(|&class| tally.truth[class] > 0.0)
        .map(|class| tally.both[class] / tally.truth[class])
        .collect();
    recalls.iter().sum::<f64>() / recalls.len() as f64
}
