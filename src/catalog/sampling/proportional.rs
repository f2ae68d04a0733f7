//! `proportional`: by the number of rows.

use super::{Sampling, by_power};

crate::entry! {
    /// By the number of rows: each row is seen equally often. A small data set may drown.
    pub struct Proportional = "proportional" {}
}

impl Sampling for Proportional {
    fn shares(&self, sizes: &[usize], _epoch: usize, _epochs: usize) -> Vec<f64> {
        by_power(sizes, 1.0)
    }
}
