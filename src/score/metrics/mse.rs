//! `mse`: the mean of (label − prediction)², over rows and components.

use super::{Compute, Prepared, mean_of_rows};
use crate::catalog::metrics::mse::Mse;
use crate::score::{Errors, Scored};

impl Compute for Mse {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Ok(mean_of_rows(Errors::of(scored)?.mean_per_row(|error| error * error)))
    }
}
