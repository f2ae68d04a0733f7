//! `dice`: the mean over classes of twice the pixels that have a class and are given it, over those that have it and those that are given it.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::dice::Dice;
use crate::score::{Figure, Scored, pixels};

impl Compute for Dice {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        pixels::prepare(figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        pixels::begin(figure)
    }
}

fn figure(matrix: &[Vec<f64>]) -> Figure {
    pixels::mean_over_classes(matrix, |both, have, given| 2.0 * both / (have + given))
}
