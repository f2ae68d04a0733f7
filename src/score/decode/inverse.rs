//! `inverse`: back to the label's own unit.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::inverse::Inverse;

impl Decode for Inverse {
    fn decode(&self, input: Decoding, invert: &dyn Fn(&mut [f64])) -> Decoding {
        // What was written has been spelt with the steps of its target where that was at hand.
        if input.answers.is_some() {
            return Decoding { role: Role::Answer, ..input };
        }
        let mut output = Decoding { role: Role::Numbers, ..input };
        invert(&mut output.values);
        output
    }
}
