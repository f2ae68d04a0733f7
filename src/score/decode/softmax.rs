//! `softmax`: one probability per class.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::softmax::Softmax;

impl Decode for Softmax {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        let width = input.shape.last().copied().unwrap_or(1).max(1);
        let mut values = input.values;
        for row in values.chunks_mut(width) {
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.iter_mut().for_each(|value| *value = (*value - largest).exp());
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
        }
        Decoding { role: Role::Distribution, values, ..input }
    }

    fn averages_after(&self) -> bool {
        true
    }
}
