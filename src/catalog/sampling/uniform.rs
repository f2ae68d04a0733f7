//! `uniform`: each equally often.

use super::{Sampling, by_power};

crate::entry! {
    /// Each equally often, whatever its size: the rows of a small data set are seen more often than those of a large one.
    pub struct Uniform = "uniform" {}
}

impl Sampling for Uniform {
    fn shares(&self, sizes: &[usize], _epoch: usize, _epochs: usize) -> Vec<f64> {
        by_power(sizes, 0.0)
    }
}
