//! How often which class was taken for which, pixel by pixel.

use super::metrics::{Batches, Prepared};
use super::{Figure, Labels, Prediction, RowWeights, Scored};
use crate::answers::Confusions;

/// A figure of the matrix: the weight of the pixels of each class (row) that were given each class.
pub(crate) type OfMatrix = fn(&[Vec<f64>]) -> Figure;

pub(crate) fn prepare<'a>(figure: OfMatrix, scored: &Scored) -> Result<Prepared<'a>, String> {
    let counts = counts(scored)?;
    Ok(Box::new(move |weights: RowWeights| {
        let mut matrix = Vec::new();
        add(&mut matrix, &counts, weights);
        figure(&matrix)
    }))
}

pub(crate) fn begin(figure: OfMatrix) -> Option<Box<dyn Batches>> {
    Some(Box::new(Matrix { figure, matrix: Vec::new() }))
}

/// The counts of each row.
pub(crate) fn counts(scored: &Scored) -> Result<Confusions, String> {
    let counts = match (scored.label, scored.prediction) {
        (Labels::Other(labels), Prediction::Other(given)) => Confusions::of(labels, given),
        _ => None,
    };
    counts.ok_or_else(|| "the predictions are not maps of the label's classes and size".into())
}

struct Matrix {
    figure: OfMatrix,
    matrix: Vec<Vec<f64>>,
}

fn add(matrix: &mut Vec<Vec<f64>>, counts: &Confusions, weights: RowWeights) {
    if matrix.is_empty() {
        *matrix = vec![vec![0.0; counts.classes]; counts.classes];
    }
    for (row, cells) in counts.rows.iter().enumerate() {
        let weight = weights.at(row);
        for (truth, given, count) in cells {
            matrix[usize::from(*truth)][usize::from(*given)] += weight * f64::from(*count);
        }
    }
}

impl Batches for Matrix {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        add(&mut self.matrix, &counts(batch)?, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        (self.figure)(&self.matrix)
    }
}

/// The mean over the classes that a pixel has or is given of a share of its pixels that have it and are given it, that have it, and that are given it.
pub(crate) fn mean_over_classes(matrix: &[Vec<f64>], share: fn(f64, f64, f64) -> f64) -> Figure {
    let of = |class: usize| {
        let have: f64 = matrix[class].iter().sum();
        let given: f64 = matrix.iter().map(|row| row[class]).sum();
        (have + given > 0.0).then(|| share(matrix[class][class], have, given))
    };
    let shares: Vec<f64> = (0..matrix.len()).filter_map(of).collect();
    match shares.is_empty() {
        true => Figure::Undefined("no pixel has a known class".into()),
        false => Figure::Number(shares.iter().sum::<f64>() / shares.len() as f64),
    }
}
