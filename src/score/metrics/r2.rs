//! `r2`: for each component 1 − Σ(label − prediction)² / Σ(label − mean)²; then the mean over components. A component
//! that does not vary has 1 if every prediction is exact and else 0, as in scikit-learn.

use super::{Batches, Compute, Prepared};
use crate::catalog::metrics::r2::R2;
use crate::score::{Error, Errors, Figure, RowWeights, Scored, Spread};

impl Compute for R2 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let errors = Errors::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let mut parts = Components::default();
            parts.take(&errors, weights);
            parts.finish()
        }))
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Some(Box::<Components>::default())
    }
}

#[derive(Default)]
struct Components(Vec<Component>);

#[derive(Clone, Default)]
struct Component {
    rows: usize,
    labels: Spread,
    residual: f64,
}

impl Components {
    fn take(&mut self, errors: &Errors<'_>, weights: RowWeights) {
        if self.0.is_empty() {
            self.0 = vec![Component::default(); errors.width()];
        }
        for (part, errors) in self.0.iter_mut().zip(errors.components()) {
            for (weight, Error { label, difference }) in errors.with(weights).filter(|(weight, _)| *weight > 0.0) {
                part.rows += 1;
                part.labels.add(weight, label);
                part.residual += weight * difference * difference;
            }
        }
    }
}

impl Batches for Components {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        self.take(&Errors::of(batch)?, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        // A component may be judged in no row.
        let judged: Vec<&Component> = self.0.iter().filter(|part| part.rows > 0).collect();
        if judged.is_empty() || judged.iter().any(|part| part.rows < 2) {
            return Figure::Undefined("it takes two rows or more".into());
        }
        let of = |part: &&Component| match (part.residual > 0.0, part.labels.varies()) {
            (false, _) => 1.0,
            (true, false) => 0.0,
            (true, true) => 1.0 - part.residual / part.labels.squares(),
        };
        Figure::Number(judged.iter().map(of).sum::<f64>() / judged.len() as f64)
    }
}
