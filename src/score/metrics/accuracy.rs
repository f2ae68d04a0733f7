//! `accuracy`: the share of rows that are given their class; for sets of labels, exactly their set.

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::catalog::metrics::accuracy::Accuracy;
use crate::score::{Classed, Scored};

impl Compute for Accuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

/// 1 for each row that is right.
fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    let right = |right: bool| f64::from(u8::from(right));
    Ok(match Classed::of(scored)? {
        Classed::One { truth, given, .. } => {
            truth.iter().zip(&given).map(|(truth, given)| right(truth == given)).collect()
        }
        Classed::Sets { width, truth, given } => {
            truth.chunks_exact(width).zip(given.chunks_exact(width)).map(|(one, other)| right(one == other)).collect()
        }
    })
}
