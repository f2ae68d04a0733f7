//! `argmax`: the likeliest class.

use super::{Decode, Decoding};
use crate::answers::{Maps, likeliest};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::argmax::Argmax;
use crate::catalog::steps::tokens::RESERVED;

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
    let pixels = height * width;
    let mut map = Vec::with_capacity(values.len() / classes.max(1));
    for row in values.chunks_exact((classes * pixels).max(1)) {
        for pixel in 0..pixels {
            let value = |class: usize| row[class * pixels + pixel];
            let best = (0..classes).fold(0, |best, class| if value(class) > value(best) { class } else { best });
            // No label has more classes.
            map.push(best.min(usize::from(u8::MAX)) as u8);
        }
    }
    Maps { classes, height, width, values: map }
}
