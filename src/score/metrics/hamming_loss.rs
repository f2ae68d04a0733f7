//! `hamming_loss`: the mean over rows of the share of their answers that is wrong.

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::catalog::metrics::hamming_loss::HammingLoss;
use crate::score::{Classed, Scored};

impl Compute for HammingLoss {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

/// The share of each row's answers that is wrong.
fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    Ok(match Classed::of(scored)? {
        Classed::One { truth, given, .. } => {
            truth.iter().zip(&given).map(|(truth, given)| f64::from(u8::from(truth != given))).collect()
        }
        Classed::Sets { width, truth, given } => truth
            .chunks_exact(width)
            .zip(given.chunks_exact(width))
            .map(|(truth, given)| {
                truth.iter().zip(given).filter(|(truth, given)| truth != given).count() as f64 / width as f64
            })
            .collect(),
    })
}
