//! `explained_variance`: for each component 1 − Var(label − prediction) / Var(label), or once for all rows of all
//! components. What does not vary has 1 if the errors do not either and else 0, as in scikit-learn.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::explained_variance::{ExplainedVariance, Over};
use crate::score::{Errors, Figure, RowWeights, Scored, Spread};

impl Compute for ExplainedVariance {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let (errors, over) = (Errors::of(scored)?, self.over);
        Ok(Box::new(move |weights: RowWeights| {
            let mut spreads = Spreads { over, of: Vec::new() };
            spreads.take(&errors, weights);
            spreads.finish()
        }))
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Some(Box::new(Spreads { over: self.over, of: Vec::new() }))
    }
}

/// How much labels vary, and errors: of each component, or of all together.
struct Spreads {
    over: Over,
    of: Vec<Pair>,
}

#[derive(Clone, Default)]
struct Pair {
    rows: usize,
    labels: Spread,
    errors: Spread,
}

impl Spreads {
    fn take(&mut self, errors: &Errors<'_>, weights: RowWeights) {
        let parts = if self.over == Over::Pooled { 1 } else { errors.width() };
        if self.of.is_empty() {
            self.of = vec![Pair::default(); parts];
        }
        for (place, (weight, error)) in errors.all_with(weights).enumerate().filter(|(_, (weight, _))| *weight > 0.0) {
            let pair = &mut self.of[place % parts];
            pair.rows += 1;
            pair.labels.add(weight, error.label);
            pair.errors.add(weight, error.difference);
        }
    }
}

impl Batches for Spreads {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        self.take(&Errors::of(batch)?, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        // A component may be judged in no row.
        let judged: Vec<&Pair> = self.of.iter().filter(|pair| pair.rows > 0).collect();
        if judged.is_empty() || judged.iter().any(|pair| pair.rows < 2) {
            return Figure::Undefined("it takes two rows or more".into());
        }
        let total: f64 = self.of.iter().map(|pair| pair.labels.squares()).sum();
        Figure::Number(if self.over == Over::Weighted && total > 0.0 {
            self.of.iter().map(|pair| pair.labels.squares() * pair.explained()).sum::<f64>() / total
        } else {
            judged.iter().map(|pair| pair.explained()).sum::<f64>() / judged.len() as f64
        })
    }
}

impl Pair {
    fn explained(&self) -> f64 {
        let (labels, errors) = (self.labels.squares(), self.errors.squares());
        match (labels > 0.0, errors > 0.0) {
            (true, _) => 1.0 - errors / labels,
            (false, true) => 0.0,
            (false, false) => 1.0,
        }
    }
}
