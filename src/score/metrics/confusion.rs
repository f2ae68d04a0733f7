//! `confusion`: rows are labels, columns predictions; counts of rows, whatever their weights. For sets of labels, how many
//! of the rows that have one label are given another.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::confusion::Confusion;
use crate::score::{Classed, Figure, RowWeights, Scored};

impl Compute for Confusion {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let mut counts = Counts::default();
        counts.add(scored)?;
        Ok(Box::new(move |_: RowWeights| counts.finish()))
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Some(Box::<Counts>::default())
    }
}

#[derive(Default)]
struct Counts(Vec<Vec<u64>>);

impl Batches for Counts {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        let classed = Classed::of(batch)?;
        if self.0.is_empty() {
            let (Classed::One { classes: width, .. } | Classed::Sets { width, .. }) = classed;
            self.0 = vec![vec![0; width]; width];
        }
        match classed {
            Classed::One { truth, given, .. } => {
                for (truth, given) in truth.iter().zip(&given) {
                    self.0[*truth as usize][*given as usize] += 1;
                }
            }
            Classed::Sets { width, truth, given } => {
                for (truth, given) in truth.chunks_exact(width).zip(given.chunks_exact(width)) {
                    for (has, counts) in truth.iter().zip(&mut self.0) {
                        for (given, count) in given.iter().zip(counts) {
                            *count += u64::from(*has && *given);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn finish(&self) -> Figure {
        Figure::Matrix(self.0.clone())
    }
}
