//! Whether a model does better than answering without looking, chance considered.

use serde::{Deserialize, Serialize};

use super::bootstrap::resamples;
use crate::catalog::metrics::MetricDef;
use crate::score::metrics::{Prepared, compute, prepare};
use crate::score::{RowWeights, Scored, Trivial, beside_trivial, is_better};

/// Whether a model does better than answering without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Yes,
    /// It does here, and with these few rows that may be chance.
    Unsure,
    No,
}

/// With more rows than this, chance is out of the question.
const ENOUGH: usize = 20_000;

/// How often rows are drawn anew to see what chance does.
const RESAMPLES: usize = 200;

/// The most resamples in which the model may be no better, as a share.
const CHANCE: f64 = 0.05;

/// Judges by one metric; `None` where it is not defined. Both predictors are resampled on the same rows.
pub fn verdict(metric: &MetricDef, scored: &Scored, trivial: &Trivial) -> Option<Verdict> {
    let value = compute(metric, scored).number().filter(|value| value.is_finite())?;
    let direction = metric.direction();
    beside_trivial(metric, scored, trivial, |blind, start| {
        // What differs by rounding alone is the same.
        if !is_better(direction, value, start) || (value - start).abs() <= 1e-9 * start.abs().max(1e-3) {
            return Verdict::No;
        }
        let rows = scored.rows();
        if rows > ENOUGH {
            return Verdict::Yes;
        }
        let (Ok(model), Ok(blind)) = (prepare(metric, scored), prepare(metric, blind)) else { return Verdict::Unsure };
        let (mut told, mut no_better) = (0usize, 0usize);
        resamples(rows, RESAMPLES, |weights| {
            let figure = |ready: &Prepared<'_>| ready(RowWeights::Given(weights)).number();
            if let (Some(model), Some(blind)) = (figure(&model), figure(&blind)) {
                told += 1;
                no_better += usize::from(!is_better(direction, model, blind));
            }
        });
        let sure = told * 2 > RESAMPLES && no_better as f64 <= CHANCE * told as f64;
        if sure { Verdict::Yes } else { Verdict::Unsure }
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::metrics::find;
    use crate::score::{Labels, Prediction};

    fn of(given: &[bool], truth: &[bool]) -> Option<Verdict> {
        let metric = find("accuracy").and_then(|entry| (entry.from_args)(&Default::default())).expect("it exists");
        let given: Vec<f64> = given.iter().map(|yes| if *yes { 0.9 } else { 0.1 }).collect();
        let scored = Scored {
            prediction: Prediction::Probabilities { width: 1, values: &given },
            label: Labels::Binary { values: truth },
            weights: None,
            thresholds: &[],
        };
        let trivial = Trivial::fit(&scored.label).expect("there are rows");
        verdict(&metric, &scored, &trivial)
    }

    #[test]
    fn a_constant_answer_is_no_better_a_lucky_one_may_be_and_a_good_one_is() {
        let truth: Vec<bool> = (0..60).map(|row| row % 3 == 0).collect();
        assert_eq!(of(&[false; 60], &truth), Some(Verdict::No));
        // Two rows more than the 40 of the most frequent class: that is luck.
        let lucky: Vec<bool> = (0..60).map(|row| row == 0 || row == 3 || row == 6 || row == 1).collect();
        assert_eq!(of(&lucky, &truth), Some(Verdict::Unsure));
        let good: Vec<bool> = (0..60).map(|row| row % 3 == 0 && row % 9 != 0).collect();
        assert_eq!(of(&good, &truth), Some(Verdict::Yes));
        assert_eq!(of(&[true; 60], &[true; 60]), None);
    }
}
