//! `tempered`: one probability per class, less sure of itself.

use super::{Decode, Decoding};
use crate::catalog::decoders::softmax::Softmax;
use crate::catalog::decoders::tempered::Tempered;

impl Decode for Tempered {
    fn decode(&self, mut input: Decoding, invert: &dyn Fn(&mut [f64])) -> Decoding {
        input.values.iter_mut().for_each(|output| *output /= self.temperature);
        Softmax {}.decode(input, invert)
    }

    fn averages_after(&self) -> bool {
        true
    }
}
