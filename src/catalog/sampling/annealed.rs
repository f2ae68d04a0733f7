//! `annealed`: from one power of the sizes to another over the run.

use super::{Sampling, by_power};
use crate::catalog::Range;

crate::entry! {
    /// By a power of the number of rows that moves in a straight line over the epochs: large data sets count most at first, and the
    /// small ones are not forgotten in the end (annealed sampling, Stickland and Murray 2019, arXiv:1902.02671).
    pub struct Annealed = "annealed" {
        /// The power in the first epoch: 1 is proportional.
        from: f64 = 1.0, in Range::NON_NEGATIVE;
        /// The power in the last epoch: 0 is uniform.
        to: f64 = 0.2, in Range::NON_NEGATIVE;
    }
}

impl Sampling for Annealed {
    fn shares(&self, sizes: &[usize], epoch: usize, epochs: usize) -> Vec<f64> {
        let progress = epoch as f64 / epochs.saturating_sub(1).max(1) as f64;
        by_power(sizes, self.from + (self.to - self.from) * progress.min(1.0))
    }
}
