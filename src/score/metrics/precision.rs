//! `precision`: of the rows given a class, the share that has it.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::precision::Precision;
use crate::score::{Scored, averages, ratio};

impl Compute for Precision {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        averages::prepare(scored, self.average, of_class)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        averages::begin(self.average, of_class)
    }
}

fn of_class(both: f64, given: f64, _: f64) -> f64 {
    ratio(both, given)
}
