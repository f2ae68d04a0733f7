//! `cohen_kappa`: from the counts per class; 0 where chance agrees always.

use super::{Batches, Compute, Prepared, Tallies};
use crate::catalog::metrics::cohen_kappa::CohenKappa;
use crate::score::{Figure, Scored, Tally};

impl Compute for CohenKappa {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Tallies::prepare(figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Tallies::begin(figure)
    }
}

fn figure(tally: &Tally) -> Figure {
    Figure::Number(tally.each_question(kappa))
}

fn kappa(tally: &Tally) -> f64 {
    let agree = tally.both.iter().sum::<f64>() / tally.total;
    let by_chance =
        tally.truth.iter().zip(&tally.given).map(|(one, other)| one * other).sum::<f64>() / tally.total.powi(2);
    if by_chance < 1.0 { (agree - by_chance) / (1.0 - by_chance) } else { 0.0 }
}
