//! The other half of `catalog/metrics/`: what each metric computes, exactly, in double precision.
//!
//! A metric is given a part batch by batch ([`begin`], [`Running::add`], [`Running::finish`]), and however the rows are cut into
//! batches the figure is the same to the last bit. Most keep sums. Those that rank rows by a score keep what they rank, a score
//! and a label per row: there is no shorter way to an exact figure.
//!
//! Beside it a metric is made ready for rows that lie in memory (classes found, rows ranked) and then computed for weights of
//! them ([`prepare`]), so that a bootstrap pays for the preparation once. Figures agree with scikit-learn's; `tests/train/` holds
//! both ways to them.

mod batches;

use super::{Figure, RowWeights, Scored};
use crate::catalog::metrics::MetricDef;

pub(crate) use batches::{Batches, MeanOfRows, Sums, Tallies};
pub use batches::{Running, begin};
pub use chrf::Grams;

/// A metric made ready for rows in memory; a row of weight 0 counts as absent.
pub type Prepared<'a> = Box<dyn Fn(RowWeights) -> Figure + 'a>;

/// What a catalog entry of this folder computes.
pub(crate) trait Compute {
    /// `scored` has been verified. `Err` says why there is no figure.
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String>;

    /// What is kept of the rows of all batches; `None` for a metric that needs them all, each with what it compares.
    fn begin(&self) -> Option<Box<dyn Batches>>;
}

crate::mirror! {
    /// What computes a metric.
    fn half(MetricDef) -> dyn Compute {
        accuracy::Accuracy,
        auroc::Auroc,
        average_precision::AveragePrecision,
        balanced_accuracy::BalancedAccuracy,
        bleu::Bleu,
        character_error_rate::CharacterErrorRate,
        chrf::Chrf,
        confusion::Confusion,
        dice::Dice,
        exact_match::ExactMatch,
        explained_variance::ExplainedVariance,
        f1::F1,
        hamming_loss::HammingLoss,
        hota::Hota,
        idf1::Idf1,
        log_loss::LogLoss,
        mae::Mae,
        mcc::Mcc,
        mean_average_precision::MeanAveragePrecision,
        mean_iou::MeanIou,
        mota::Mota,
        mrr::Mrr,
        mse::Mse,
        oks::Oks,
        panoptic_quality::PanopticQuality,
        pck::Pck,
        perplexity::Perplexity,
        pixel_accuracy::PixelAccuracy,
        precision::Precision,
        r2::R2,
        recall::Recall,
        recall_at::RecallAt,
        rmse::Rmse,
        rouge::Rouge,
        rouge_l::RougeL,
        span_f1::SpanF1,
        tag_accuracy::TagAccuracy,
        token_f1::TokenF1,
        track_accuracy::TrackAccuracy,
        word_error_rate::WordErrorRate,
    }
}

/// Makes a metric ready for a part; `Err` says why it has no figure there.
pub fn prepare<'a>(metric: &MetricDef, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
    scored.verify()?;
    half(metric).prepare(scored)
}

/// The metric over all rows, which lie in memory.
pub fn compute(metric: &MetricDef, scored: &Scored) -> Figure {
    match prepare(metric, scored) {
        Ok(prepared) => prepared(scored.row_weights()),
        Err(why) => Figure::Undefined(why),
    }
}

fn no_rows() -> Figure {
    Figure::Undefined("no row has the label".into())
}
