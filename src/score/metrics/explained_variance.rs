//! `explained_variance`: for each component 1 − Var(label − prediction) / Var(label), or once for all rows of all
//! components. What does not vary has 1 if the errors do not either and else 0, as in scikit-learn.

use super::{Compute, Prepared};
use crate::catalog::metrics::explained_variance::{ExplainedVariance, Over};
use crate::score::{Error, Errors, Figure, RowWeights, Scored};

impl Compute for ExplainedVariance {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let (errors, over) = (Errors::of(scored)?, self.over);
        Ok(Box::new(move |weights: RowWeights| {
            let figure = match over {
                Over::Pooled => Spread::of(errors.all_with(weights)).map(|spread| spread.explained()),
                Over::Uniform | Over::Weighted => {
                    let spreads: Option<Vec<Spread>> =
                        errors.components().map(|component| Spread::of(component.with(weights))).collect();
                    spreads.map(|spreads| mean(&spreads, over))
                }
            };
            figure.map_or_else(|| Figure::Undefined("it takes two rows or more".into()), Figure::Number)
        }))
    }
}

fn mean(spreads: &[Spread], over: Over) -> f64 {
    let total: f64 = spreads.iter().map(|spread| spread.labels).sum();
    if over == Over::Weighted && total > 0.0 {
        return spreads.iter().map(|spread| spread.labels * spread.explained()).sum::<f64>() / total;
    }
    spreads.iter().map(Spread::explained).sum::<f64>() / spreads.len() as f64
}

/// How much labels vary, and errors.
struct Spread {
    labels: f64,
    errors: f64,
}

impl Spread {
    /// From weights and errors; `None` for fewer than two rows.
    fn of(rows: impl Iterator<Item = (f64, Error)> + Clone) -> Option<Spread> {
        let rows = rows.filter(|(weight, _)| *weight > 0.0);
        if rows.clone().count() < 2 {
            return None;
        }
        let variance = |value: fn(&Error) -> f64| {
            let (mut total, mut sum) = (0.0, 0.0);
            let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
            for (weight, error) in rows.clone() {
                total += weight;
                sum += weight * value(&error);
                least = least.min(value(&error));
                most = most.max(value(&error));
            }
            // The rounded mean of equal numbers may be off them, so that they would seem to vary.
            if least >= most {
                return 0.0;
            }
            let mean = sum / total;
            rows.clone().map(|(weight, error)| weight * (value(&error) - mean).powi(2)).sum::<f64>() / total
        };
        Some(Spread { labels: variance(|error| error.label), errors: variance(|error| error.difference) })
    }

    fn explained(&self) -> f64 {
        match (self.labels > 0.0, self.errors > 0.0) {
            (true, _) => 1.0 - self.errors / self.labels,
            (false, true) => 0.0,
            (false, false) => 1.0,
        }
    }
}
