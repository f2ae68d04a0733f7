//! `temperature`: between proportional and uniform.

use super::{Sampling, by_power};
use crate::catalog::Range;

crate::entry! {
    /// By the number of rows to the power of 1/T: 1 is proportional, and the higher the temperature, the more equal the shares
    /// (Arivazhagan et al. 2019, arXiv:1907.05019, who use 5).
    pub struct Temperature = "temperature" {
        /// T.
        pos temperature: f64 = 5.0, in Range::POSITIVE;
    }
}

impl Sampling for Temperature {
    fn shares(&self, sizes: &[usize], _epoch: usize, _epochs: usize) -> Vec<f64> {
        by_power(sizes, 1.0 / self.temperature)
    }
}
