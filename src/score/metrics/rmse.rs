//! `rmse`: for each component the root of the mean of (label − prediction)²; then the mean over components.

use super::{Batches, Compute, Prepared, no_rows};
use crate::catalog::metrics::rmse::Rmse;
use crate::score::{Errors, Figure, RowWeights, Scored};

impl Compute for Rmse {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let errors = Errors::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let mut squares = Squares::default();
            squares.take(&errors, weights);
            squares.finish()
        }))
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Some(Box::<Squares>::default())
    }
}

/// Of each component, the sum of the squares and the weight of the rows.
#[derive(Default)]
struct Squares(Vec<(f64, f64)>);

impl Squares {
    fn take(&mut self, errors: &Errors<'_>, weights: RowWeights) {
        if self.0.is_empty() {
            self.0 = vec![(0.0, 0.0); errors.width()];
        }
        for ((sum, total), errors) in self.0.iter_mut().zip(errors.components()) {
            for (weight, error) in errors.with(weights) {
                *sum += weight * error.difference * error.difference;
                *total += weight;
            }
        }
    }
}

impl Batches for Squares {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        self.take(&Errors::of(batch)?, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        // A component may be judged in no row.
        let judged = || self.0.iter().filter(|(_, total)| *total > 0.0);
        match judged().count() {
            0 => no_rows(),
            count => Figure::Number(judged().map(|(sum, total)| (sum / total).sqrt()).sum::<f64>() / count as f64),
        }
    }
}
