//! `argmax`: the likeliest class.

use super::{Decode, Decoding};
use crate::answers::{Maps, likeliest};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::argmax::Argmax;
use crate::catalog::steps::tokens::RESERVED;
use crate::data::parallel::in_order;

impl Decode for Argmax {
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        // The tags of a sequence have been found and named where rows are as long as they are.
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

    /// Padding and unseen tags are never answered.
    fn tags(&self, scores: &[f64], width: usize) -> Option<Vec<i64>> {
        if width <= RESERVED {
            return Some(Vec::new());
        }
        let best = |place: &[f64]| (RESERVED + likeliest(&place[RESERVED..])) as i64;
        Some(scores.chunks_exact(width).map(best).collect())
    }
}

/// The likeliest class of each pixel, the first of equals.
fn of_pixels(values: &[f64], classes: usize, height: usize, width: usize) -> Maps {
    let block = (classes * height * width).max(1);
    let of_row = |row: usize| -> Vec<u8> {
        let (likeliest, _) = likeliest_at(&values[row * block..][..block], classes);
        // No label has more classes.
        likeliest.into_iter().map(|class| class.min(u16::from(u8::MAX)) as u8).collect()
    };
    Maps { classes, height, width, values: in_order(values.len() / block, &of_row).concat() }
}

/// Of each place of a map, class by class, the likeliest class, the first of equals, and its number.
pub(super) fn likeliest_at(map: &[f64], classes: usize) -> (Vec<u16>, Vec<f64>) {
    let mut of_classes = map.chunks_exact((map.len() / classes.max(1)).max(1));
    let mut most = of_classes.next().unwrap_or_default().to_vec();
    let mut likeliest = vec![0_u16; most.len()];
    for (class, values) in of_classes.enumerate() {
        for ((best, most), value) in likeliest.iter_mut().zip(&mut most).zip(values) {
            if *value > *most {
                (*best, *most) = (class as u16 + 1, *value);
            }
        }
    }
    (likeliest, most)
}
