//! `f1`: twice the rows that are given a class and have it, over those given it and those that have it.

use super::{Compute, Prepared};
use crate::catalog::metrics::f1::F1;
use crate::score::{Scored, averaged, ratio};

impl Compute for F1 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        averaged(scored, self.average, |both, given, truth| ratio(2.0 * both, given + truth))
    }
}
