//! `mae`: the mean of |label − prediction|, over rows and components.

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::catalog::metrics::mae::Mae;
use crate::score::{Errors, Scored};

impl Compute for Mae {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    Ok(Errors::of(scored)?.mean_per_row(f64::abs))
}
