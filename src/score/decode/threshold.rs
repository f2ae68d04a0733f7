//! `threshold`: yes where a probability reaches a threshold.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::threshold::Threshold;

impl Decode for Threshold {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        let values = input.values.iter().map(|value| if *value >= self.at { 1.0 } else { 0.0 }).collect();
        Decoding { role: Role::Classes, values, ..input }
    }
}
