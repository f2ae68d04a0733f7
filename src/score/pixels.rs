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
