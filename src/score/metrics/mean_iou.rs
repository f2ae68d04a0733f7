//! `mean_iou`: the mean over classes of the pixels that have a class and are given it, over those that have it or are given it.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::mean_iou::MeanIou;
use crate::score::{Figure, Scored, pixels};

impl Compute for MeanIou {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        pixels::prepare(figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        pixels::begin(figure)
    }
}

fn figure(matrix: &[Vec<f64>]) -> Figure {
    pixels::mean_over_classes(matrix, |both, have, given| both / (have + given - both))
}
