//! The other half of `catalog/metrics/`: what each metric computes, exactly, in double precision, over a whole part.
//!
//! A metric is first made ready for a part (classes found, rows ranked) and then computed for weights of its rows, so that
//! a bootstrap pays for the preparation once. Figures agree with scikit-learn's; `tests/train/` holds them to it.

use super::{Figure, RowWeights, Scored};
use crate::catalog::metrics::MetricDef;

/// A metric made ready for one part; a row of weight 0 counts as absent.
pub type Prepared<'a> = Box<dyn Fn(RowWeights) -> Figure + 'a>;

/// What a catalog entry of this folder computes.
pub(crate) trait Compute {
    /// `scored` has been verified. `Err` says why there is no figure.
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String>;
}

crate::mirror! {
    /// What computes a metric.
    fn half(MetricDef) -> dyn Compute {
        accuracy::Accuracy,
        auroc::Auroc,
        average_precision::AveragePrecision,
        balanced_accuracy::BalancedAccuracy,
        confusion::Confusion,
        explained_variance::ExplainedVariance,
        f1::F1,
        hamming_loss::HammingLoss,
        log_loss::LogLoss,
        mae::Mae,
        mcc::Mcc,
        mse::Mse,
        precision::Precision,
        r2::R2,
        recall::Recall,
        rmse::Rmse,
    }
}

/// Makes a metric ready for a part; `Err` says why it has no figure there.
pub fn prepare<'a>(metric: &MetricDef, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
    scored.verify()?;
    half(metric).prepare(scored)
}

/// The metric over all rows.
pub fn compute(metric: &MetricDef, scored: &Scored) -> Figure {
    match prepare(metric, scored) {
        Ok(prepared) => prepared(scored.row_weights()),
        Err(why) => Figure::Undefined(why),
    }
}

/// The mean of a figure per row, as a prepared metric.
fn mean_of_rows<'a>(rows: Vec<f64>) -> Prepared<'a> {
    Box::new(move |weights: RowWeights| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (row, value) in rows.iter().enumerate() {
            let weight = weights.at(row);
            sum += weight * value;
            total += weight;
        }
        if total > 0.0 { Figure::Number(sum / total) } else { no_rows() }
    })
}

fn no_rows() -> Figure {
    Figure::Undefined("no row has the label".into())
}
