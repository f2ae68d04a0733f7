//! `recall`: of the rows of a class, the share that is given it.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::recall::Recall;
use crate::score::{Scored, averages, ratio};

impl Compute for Recall {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        averages::prepare(scored, self.average, of_class)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        averages::begin(self.average, of_class)
    }
}

fn of_class(both: f64, _: f64, truth: f64) -> f64 {
    ratio(both, truth)
}
