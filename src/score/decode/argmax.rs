//! `argmax`: the likeliest class.

use mtlc_maps::classes::in_bytes;

use super::{Decode, Decoding};
use crate::answers::{Maps, likeliest};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::argmax::Argmax;
use crate::catalog::steps::tokens::RESERVED;

impl Decode for Argmax {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        // The tags of a sequence have been found and named where rows are as long as they are, and the classes of pixels where the numbers lie.
        if input.answers.is_some() {
            return Decoding { role: Role::Tokens, ..input };
        }
        if let [classes, height, width] = *input.shape.as_slice() {
            return Decoding::answered(Box::new(of_pixels(&input.values, classes, height, width)));
        }
        let best = |row: &[f64]| likeliest(row) as f64;
        let values = input.values.chunks(input.width().max(1)).map(best).collect();
        Decoding { role: Role::Classes, shape: vec![1], values, answers: None }
    }

    fn pixels(&self, values: &[f32], shape: &[usize]) -> Option<Vec<u8>> {
        let [classes, _, _] = *shape else { return None };
        Some(in_bytes(values, classes))
    }

    /// Padding and unseen tags are never answered.
    fn tags(&self, scores: &[f64], width: usize) -> Option<Vec<i64>> {
        if width <= RESERVED {
            return Some(Vec::new());
        }
        let best = |place: &[f64]| (RESERVED + likeliest(&place[RESERVED..])) as i64;
        Some(scores.chunks_exact(width).map(best).collect())
    }
}

/// The likeliest class of each pixel, the first of equals, of numbers that are means over an ensemble.
fn of_pixels(values: &[f64], classes: usize, height: usize, width: usize) -> Maps {
    let places = height * width;
    let of_row = |row: &[f64]| -> Vec<u8> {
        let at = |class: usize, place: usize| row[class * places + place];
        let larger =
            |best: usize, class: usize, place: usize| if at(class, place) > at(best, place) { class } else { best };
        // No label has more classes than a byte.
        (0..places).map(|place| (1..classes).fold(0, |best, class| larger(best, class, place)).min(255) as u8).collect()
    };
    Maps { classes, height, width, values: values.chunks_exact((classes * places).max(1)).flat_map(of_row).collect() }
}
