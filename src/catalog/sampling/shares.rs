//! `shares`: as written.

use super::{Sampling, normalise};
use crate::catalog::{Range, Share};

crate::entry! {
    /// As written, in braces: `sampling: shares { german: 70%, rest: 30% }`. The names are those of the tasks with
    /// `batches: per_task`, else those of the data sets.
    pub struct Shares = "shares" {
        /// One share each, in the order of the spec: filled from the braces.
        given: Vec<Share> = Vec::new(), in Range::UNIT;
    }
}

impl Sampling for Shares {
    fn shares(&self, sizes: &[usize], _epoch: usize, _epochs: usize) -> Vec<f64> {
        let share = |(index, size): (usize, &usize)| match self.given.get(index) {
            Some(share) if *size > 0 => share.0,
            _ => 0.0,
        };
        normalise(sizes.iter().enumerate().map(share).collect())
    }

    fn takes_shares(&self) -> bool {
        true
    }
}
