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
    let of = |class: usize| {
        let have: f64 = matrix[class].iter().sum();
        let given: f64 = matrix.iter().map(|row| row[class]).sum();
        let either = have + given - matrix[class][class];
        (either > 0.0).then(|| matrix[class][class] / either)
    };
    let shares: Vec<f64> = (0..matrix.len()).filter_map(of).collect();
    match shares.is_empty() {
        true => Figure::Undefined("no pixel has a known class".into()),
        false => Figure::Number(shares.iter().sum::<f64>() / shares.len() as f64),
    }
}
