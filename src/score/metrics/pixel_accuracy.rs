//! `pixel_accuracy`: the share of pixels that are given their class.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::pixel_accuracy::PixelAccuracy;
use crate::score::{Figure, Scored, pixels};

impl Compute for PixelAccuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        pixels::prepare(figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        pixels::begin(figure)
    }
}

fn figure(matrix: &[Vec<f64>]) -> Figure {
    let all: f64 = matrix.iter().flatten().sum();
    let right: f64 = matrix.iter().enumerate().map(|(class, row)| row[class]).sum();
    match all > 0.0 {
        true => Figure::Number(right / all),
        false => Figure::Undefined("no pixel has a known class".into()),
    }
}
