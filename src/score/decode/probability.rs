//! `probability`: the output as a probability already.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::probability::Probability;

impl Decode for Probability {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Probabilities, ..input }
    }
}
