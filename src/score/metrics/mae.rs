//! `mae`: the mean of |label − prediction|, over rows and components.

use super::{Compute, Prepared, mean_of_rows};
use crate::catalog::metrics::mae::Mae;
use crate::score::{Errors, Scored};

impl Compute for Mae {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Ok(mean_of_rows(Errors::of(scored)?.mean_per_row(f64::abs)))
    }
}
