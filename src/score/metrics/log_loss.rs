//! `log_loss`: the mean of −ln p of what the row is; for sets of labels, the mean over the labels too.

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::catalog::metrics::log_loss::LogLoss;
use crate::score::{Labels, Prediction, Scored};

impl Compute for LogLoss {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

/// How surprising each row is.
fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    let yes_or_no = |yes: bool, p: f64| surprise(if yes { p } else { 1.0 - p });
    Ok(match (scored.label, scored.prediction) {
        (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
            values.iter().zip(given).map(|(&yes, &p)| yes_or_no(yes, p)).collect()
        }
        (Labels::Classes { classes: 2, values }, Prediction::Probabilities { width: 1, values: given }) => {
            values.iter().zip(given).map(|(&class, &p)| yes_or_no(class == 1, p)).collect()
        }
        (
            Labels::Classes { classes, values },
            Prediction::Distribution { classes: width, values: given }
            | Prediction::Probabilities { width, values: given },
        ) if classes == width => {
            values.iter().zip(given.chunks_exact(width)).map(|(&class, row)| surprise(row[class as usize])).collect()
        }
        (
            Labels::Sets { width, values },
            Prediction::Probabilities { width: other, values: given }
            | Prediction::Distribution { classes: other, values: given },
        ) if width == other => values
            .chunks_exact(width)
            .zip(given.chunks_exact(width))
            .map(|(has, given)| has.iter().zip(given).map(|(&yes, &p)| yes_or_no(yes, p)).sum::<f64>() / width as f64)
            .collect(),
        _ => return Err("the predictions are not probabilities of the label's classes".into()),
    })
}

/// −ln p, with p kept off 0 and 1 by one step of a double, as scikit-learn does.
fn surprise(p: f64) -> f64 {
    -p.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()
}
