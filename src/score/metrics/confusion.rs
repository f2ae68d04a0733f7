//! `confusion`: rows are labels, columns predictions; counts of rows, whatever their weights. For sets of labels, how many
//! of the rows that have one label are given another.

use super::{Compute, Prepared};
use crate::catalog::metrics::confusion::Confusion;
use crate::score::{Classed, Figure, RowWeights, Scored};

impl Compute for Confusion {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let matrix = match Classed::of(scored)? {
            Classed::One { classes, truth, given, .. } => {
                let mut matrix = vec![vec![0; classes]; classes];
                for (truth, given) in truth.iter().zip(&given) {
                    matrix[*truth as usize][*given as usize] += 1;
                }
                matrix
            }
            Classed::Sets { width, truth, given } => {
                let mut matrix = vec![vec![0; width]; width];
                for (truth, given) in truth.chunks_exact(width).zip(given.chunks_exact(width)) {
                    for (has, counts) in truth.iter().zip(&mut matrix) {
                        for (given, count) in given.iter().zip(counts) {
                            *count += u64::from(*has && *given);
                        }
                    }
                }
                matrix
            }
        };
        Ok(Box::new(move |_: RowWeights| Figure::Matrix(matrix.clone())))
    }
}
