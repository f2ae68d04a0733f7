//! `argmax`: the likeliest class.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::argmax::Argmax;

impl Decode for Argmax {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        let best = |row: &[f64]| {
            let mut best = 0;
            for (class, value) in row.iter().enumerate() {
                if *value > row[best] {
                    best = class;
                }
            }
            best as f64
        };
        let values = input.values.chunks(input.width.max(1)).map(best).collect();
        Decoding { role: Role::Classes, width: 1, values }
    }
}
