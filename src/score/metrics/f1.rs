//! `f1`: twice the rows that are given a class and have it, over those given it and those that have it.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::f1::F1;
use crate::score::{Scored, averages, ratio};

impl Compute for F1 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        averages::prepare(scored, self.average, of_class)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        averages::begin(self.average, of_class)
    }
}

fn of_class(both: f64, given: f64, truth: f64) -> f64 {
    ratio(2.0 * both, given + truth)
}
