//! `mrr`: the mean of 1 / rank.

use super::recall_at::ranks;
use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::catalog::metrics::mrr::Mrr;
use crate::score::Scored;

impl Compute for Mrr {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    Ok(ranks(scored)?.into_iter().map(|rank| rank.map_or(0.0, |rank| 1.0 / rank as f64)).collect())
}
