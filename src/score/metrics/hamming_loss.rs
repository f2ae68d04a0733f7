//! `hamming_loss`: the mean over rows of the share of their answers that is wrong.

use super::{Compute, Prepared, mean_of_rows};
use crate::catalog::metrics::hamming_loss::HammingLoss;
use crate::score::{Classed, Scored};

impl Compute for HammingLoss {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Ok(mean_of_rows(match Classed::of(scored)? {
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
        }))
    }
}
