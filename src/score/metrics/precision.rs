//! `precision`: of the rows given a class, the share that has it.

use super::{Compute, Prepared};
use crate::catalog::metrics::precision::Precision;
use crate::score::{Scored, averaged, ratio};

impl Compute for Precision {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        averaged(scored, self.average, |both, given, _| ratio(both, given))
    }
}
