//! `mcc`: from the counts per class (Gorodkin 2004); 0 where labels or predictions do not vary. For sets of labels, the
//! mean over the labels.

use super::{Compute, Prepared, no_rows};
use crate::catalog::metrics::mcc::Mcc;
use crate::score::{Classed, Figure, RowWeights, Scored, Tally};

impl Compute for Mcc {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let classed = Classed::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let tally = Tally::of(&classed, weights);
            if tally.total > 0.0 { Figure::Number(tally.each_question(correlation)) } else { no_rows() }
        }))
    }
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
