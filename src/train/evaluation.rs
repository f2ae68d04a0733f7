//! Which rows are evaluated together: the batches of a part, data set by data set.

use super::cuts::{self, Cuts};
use super::plan::{BatchRows, is_used};
use crate::data::{BatchPlan, PartRows, Prepared, RowSet};
use crate::pipeline::{BatchSize, Part, Pipeline};

/// The batches in which rows are evaluated: data set by data set, in the order of the file.
#[derive(Clone, Debug)]
pub struct Evaluation {
    rows: Vec<RowSet>,
    /// Of each data set, where its batches end.
    cuts: Vec<Cuts>,
}

/// So many tokens at least are evaluated at once, however small the batches of training are.
const TOKENS_AT_ONCE: usize = 4096;

impl Evaluation {
    fn new(pipeline: &Pipeline, prepared: &Prepared, rows: Vec<RowSet>) -> Self {
        let cut = |(data, rows): (usize, &RowSet)| match (pipeline.evaluate.batch, pipeline.train.batch) {
            (0, BatchSize::Tokens(tokens)) => {
                cuts::in_order(rows.iter().map(|row| prepared.longest(data, row)), tokens.max(TOKENS_AT_ONCE))
            }
            (0, BatchSize::Rows(size)) => Evaluation::every(size.max(256), rows.len()),
            (size, _) => Evaluation::every(size, rows.len()),
        };
        let cuts = rows.iter().enumerate().map(cut).collect();
        Self { rows, cuts }
    }

    /// Batches of so many rows, the last of as many as are left: nothing is normalised over a batch here.
    fn every(size: usize, rows: usize) -> Cuts {
        Cuts::At((0..rows.div_ceil(size)).map(|batch| rows.min((batch + 1) * size)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(RowSet::is_empty)
    }
}

impl BatchPlan for Evaluation {
    fn batches(&self) -> usize {
        self.rows.iter().zip(&self.cuts).map(|(rows, cuts)| cuts.batches(rows.len())).sum()
    }

    fn rows(&self, batch: usize) -> BatchRows {
        let mut all = vec![Vec::new(); self.rows.len()];
        let mut number = batch;
        for ((rows, cuts), batch) in self.rows.iter().zip(&self.cuts).zip(&mut all) {
            let own = cuts.batches(rows.len());
            if number < own {
                *batch = rows.at_places(cuts.range(rows.len(), number));
                break;
            }
            number -= own;
        }
        all
    }
}

/// The batches in which a part is evaluated.
pub fn evaluation(pipeline: &Pipeline, prepared: &Prepared, part: Part) -> Evaluation {
    let of = |(data, rows): (usize, &PartRows)| match is_used(pipeline, data) {
        true => rows.of(part).clone(),
        false => RowSet::default(),
    };
    Evaluation::new(pipeline, prepared, prepared.parts().0.iter().enumerate().map(of).collect())
}

/// The batches in which rows of a data set are evaluated.
pub fn of_rows(pipeline: &Pipeline, prepared: &Prepared, data: usize, rows: RowSet) -> Evaluation {
    let mut all = vec![RowSet::default(); pipeline.data.len()];
    all[data] = rows;
    Evaluation::new(pipeline, prepared, all)
}
