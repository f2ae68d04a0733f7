//! `sample`: what the head wrote. It was driven where the model is at hand (`lower/writing.rs`), and is handed on here.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::sample::Sample;

impl Decode for Sample {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Tokens, ..input }
    }
}
