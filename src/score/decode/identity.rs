//! `identity`: the output as numbers.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::identity::Identity;

impl Decode for Identity {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Numbers, ..input }
    }
}
