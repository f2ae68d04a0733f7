//! `recall_at`: the share of rows whose right answer is among the first k.

use super::{Batches, Compute, Prepared, no_rows};
use crate::answers::{Ranked, Texts};
use crate::catalog::metrics::recall_at::RecallAt;
use crate::score::{Figure, Labels, Prediction, RowWeights, Scored};

impl Compute for RecallAt {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let (ranks, k) = (ranks(scored)?, self.k);
        Ok(Box::new(move |weights: RowWeights| {
            let mut within = Within { k, found: 0.0, total: 0.0 };
            within.take(&ranks, weights);
            within.finish()
        }))
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Some(Box::new(Within { k: self.k, found: 0.0, total: 0.0 }))
    }
}

struct Within {
    k: usize,
    found: f64,
    total: f64,
}

impl Within {
    fn take(&mut self, ranks: &[Option<usize>], weights: RowWeights) {
        for (row, rank) in ranks.iter().enumerate() {
            self.found += if rank.is_some_and(|rank| rank <= self.k) { weights.at(row) } else { 0.0 };
            self.total += weights.at(row);
        }
    }
}

impl Batches for Within {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        self.take(&ranks(batch)?, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        if self.total > 0.0 { Figure::Number(self.found / self.total) } else { no_rows() }
    }
}

/// Of each row the rank of its first right answer, from 1; `None` if it was not found. An answer without others is of rank 1 if it is right.
pub(super) fn ranks(scored: &Scored) -> Result<Vec<Option<usize>>, String> {
    if let Prediction::Other(column) = scored.prediction
        && let Some(ranked) = column.of::<Ranked>()
        && matches!(scored.label, Labels::Other(_))
    {
        return Ok(ranked.ranks.iter().map(|rank| (*rank > 0).then_some(*rank as usize)).collect());
    }
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    Ok(labels.values.iter().zip(&given.values).map(|(label, given)| (label == given).then_some(1)).collect())
}
