//! `recall`: of the rows of a class, the share that is given it.

use super::{Compute, Prepared};
use crate::catalog::metrics::recall::Recall;
use crate::score::{Scored, averaged, ratio};

impl Compute for Recall {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        averaged(scored, self.average, |both, _, truth| ratio(both, truth))
    }
}
