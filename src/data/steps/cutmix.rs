//! `cutmix`: a part of each picture of a batch taken from another one.

use std::ops::Range;
use std::sync::Arc;

use super::{Mix, Neighbours, Refusal, StepHalf, Training};
use crate::catalog::steps::cutmix::Cutmix;
use crate::data::draws::Draws;
use crate::data::pictures::{Picture, with_others};
use crate::data::values::Values;

impl StepHalf for Cutmix {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn reach(&self) -> usize {
        1
    }

    fn mix(
        &self,
        _state: &(),
        values: Values,
        draws: &Draws,
        neighbours: &Neighbours,
    ) -> Result<(Values, Mix), Refusal> {
        let pairs = neighbours.pairs(draws, self.share.0, self.alpha);
        Ok(with_others(values, neighbours.rows(), &|row, of_row| {
            let (own, pair) = (of_row(row)?, pairs[row]?);
            let other = of_row(pair.other)?;
            let first = own.first()?;
            let (size, drawn) = ((first.height, first.width), draws.row(row));
            let at = |number: usize, size: usize| (drawn.uniform(number) * size as f64) as usize;
            let part = Covered::new(size, pair.lambda, (at(1, size.0), at(2, size.1)));
            let cut = own.iter().zip(&other).map(|(own, other)| Arc::new(part.taken(own, other)));
            Some((cut.collect(), pair.parts(row, part.left(size))))
        }))
    }
}

/// What is covered of a picture.
#[derive(Debug, PartialEq)]
struct Covered {
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Covered {
    /// The share 1 − λ of a picture of this height and width about a place (row and column), as far as it lies in the picture; to the pixel as torchvision's `v2.CutMix` has it.
    fn new((height, width): (usize, usize), lambda: f64, (row, column): (usize, usize)) -> Self {
        let half = 0.5 * (1.0 - lambda).sqrt();
        let about = |at: usize, size: usize| {
            let reach = (half * size as f64) as usize;
            at.saturating_sub(reach)..(at + reach).min(size)
        };
        Self { rows: about(row, height), columns: about(column, width) }
    }

    /// The share of the picture that is still seen.
    fn left(&self, (height, width): (usize, usize)) -> f64 {
        1.0 - (self.rows.len() * self.columns.len()) as f64 / (height * width) as f64
    }

    fn taken(&self, own: &Picture, other: &Picture) -> Picture {
        let mut taken = own.clone();
        let channels = own.channels.count();
        for row in self.rows.clone() {
            let at = |column: usize| (row * own.width + column) * channels;
            let part = at(self.columns.start)..at(self.columns.end);
            taken.pixels[part.clone()].copy_from_slice(&other.pixels[part]);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Channels;

    /// `torchvision.transforms.v2.CutMix.make_params` (0.24) with λ and the place given: height, width, λ, row, column; the edges x1, y1, x2, y2; λ as adjusted.
    const TORCHVISION: [([usize; 2], f64, [usize; 2], [usize; 4], f64); 6] = [
        ([32, 48], 0.75, [10, 40], [28, 2, 48, 18], 0.7916666666666666),
        ([32, 48], 0.1, [0, 0], [0, 0, 22, 15], 0.78515625),
        ([28, 28], 0.5, [27, 27], [18, 18, 28, 28], 0.8724489795918368),
        ([28, 28], 0.999, [5, 9], [9, 5, 9, 5], 1.0),
        ([7, 9], 0.36, [3, 4], [1, 1, 7, 5], 0.6190476190476191),
        ([64, 64], 0.0123, [31, 60], [29, 0, 64, 62], 0.47021484375),
    ];

    #[test]
    fn the_part_is_that_of_torchvision() {
        for ([height, width], lambda, [row, column], [x1, y1, x2, y2], adjusted) in TORCHVISION {
            let covered = Covered::new((height, width), lambda, (row, column));
            assert_eq!(covered, Covered { rows: y1..y2, columns: x1..x2 }, "{height} × {width}, {lambda}");
            assert!((covered.left((height, width)) - adjusted).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_covered_shows_the_other() {
        let own = Picture::new(2, 3, Channels::Gray, vec![1, 2, 3, 4, 5, 6]);
        let other = Picture::new(2, 3, Channels::Gray, vec![11, 12, 13, 14, 15, 16]);
        let covered = Covered { rows: 1..2, columns: 1..3 };
        assert_eq!(covered.taken(&own, &other).pixels, [1, 2, 3, 4, 15, 16]);
        assert_eq!(covered.left((2, 3)), 1.0 - 2.0 / 6.0);
    }
}
