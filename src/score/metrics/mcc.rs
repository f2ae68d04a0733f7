//! `mcc`: from the counts per class (Gorodkin 2004); 0 where labels or predictions do not vary. For sets of labels, the
//! mean over the labels.

use super::{Batches, Compute, Prepared, Tallies};
use crate::catalog::metrics::mcc::Mcc;
use crate::score::{Figure, Scored, Tally};

impl Compute for Mcc {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Tallies::prepare(figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Tallies::begin(figure)
    }
}

fn figure(tally: &Tally) -> Figure {
    Figure::Number(tally.each_question(correlation))
}

fn correlation(tally: &Tally) -> f64 {
    let dot = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(one, other)| one * other).sum::<f64>();
    let square = tally.total * tally.total;
    let right: f64 = tally.both.iter().sum();
    let between = right * tally.total - dot(&tally.truth, &tally.given);
    let labels = square - dot(&tally.truth, &tally.truth);
    let predictions = square - dot(&tally.given, &tally.given);
    // Weights that are no whole numbers leave a rest of rounding where the true value is 0.
    let negligible = square * 1e-14;
    if labels <= negligible || predictions <= negligible { 0.0 } else { between / (labels * predictions).sqrt() }
}
