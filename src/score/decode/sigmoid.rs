//! `sigmoid`: a probability for each output.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::sigmoid::Sigmoid;

impl Decode for Sigmoid {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        let values = input.values.iter().map(|logit| 1.0 / (1.0 + (-logit).exp())).collect();
        Decoding { role: Role::Probabilities, values, ..input }
    }

    fn averages_after(&self) -> bool {
        true
    }
}
