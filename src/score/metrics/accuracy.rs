//! `accuracy`: the share of rows that are given their class; for sets of labels, exactly their set.

use super::{Compute, Prepared, mean_of_rows};
use crate::catalog::metrics::accuracy::Accuracy;
use crate::score::{Classed, Scored};

impl Compute for Accuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let right = |right: bool| f64::from(u8::from(right));
        Ok(mean_of_rows(match Classed::of(scored)? {
            Classed::One { truth, given, .. } => {
                truth.iter().zip(&given).map(|(truth, given)| right(truth == given)).collect()
            }
            Classed::Sets { width, truth, given } => truth
                .chunks_exact(width)
                .zip(given.chunks_exact(width))
                .map(|(one, other)| right(one == other))
                .collect(),
        }))
    }
}
