//! What losses compute: the other half of `catalog/losses/`, one file each.

use burn::tensor::Tensor;

use self::places::weighed;
use super::value::{Real, Value};
use crate::catalog::losses::LossDef;

/// What several losses of heats share.
mod heats;
/// Where the classes of an output stand, and which places count.
mod places;

crate::mirror! {
    /// What a loss computes.
    pub fn compute(LossDef) -> dyn ComputeLoss {
        binary_cross_entropy::BinaryCrossEntropy,
        centers::Centers,
        contrastive::Contrastive,
        crf::Crf,
        cross_entropy::CrossEntropy,
        ctc::Ctc,
        dice::Dice,
        focal::Focal,
        grouping::Grouping,
        heat_maps::HeatMaps,
        huber::Huber,
        mae::Mae,
        moving_centers::MovingCenters,
        mse::Mse,
        span::Span,
    }
}

pub trait ComputeLoss {
    /// The loss of each row, `[rows]`: the sum over what the loss counts ([`LossUnit`](crate::catalog::losses::LossUnit)), padding
    /// left out, and each place as often as its weight says ([`Index::weights`](super::Index::weights)). Written with burn's tensor functions only, so that it can be recorded.
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1>;

    /// For each output, the derivative of its row's loss; `None` to have it recorded.
    fn slopes(&self, _outputs: &[Real], _target: &Value) -> Option<Vec<Real>> {
        None
    }

    /// How many rows it cannot compare and leaves out, because the output has too few places for the target.
    fn out_of_reach(&self, _outputs: &[Real], _target: &Value) -> usize {
        0
    }
}

/// The mean of a row's numbers, or of those that count; 0 of a row of which none does.
fn row_mean(values: &Real, target: &Real) -> Tensor<1> {
    let rows = values.rows();
    match shares(target) {
        None => values.by_rows().mean_dim(1).reshape([rows]),
        Some(shares) => weighed(values.by_rows(), &shares).sum_dim(1).reshape([rows]),
    }
}

/// A number-by-number derivative of a loss that is the mean over a row's numbers.
fn mean_slope(slope: Real, target: &Real) -> Vec<Real> {
    match shares(target) {
        None => {
            let per_row = slope.elements() / slope.rows().max(1);
            vec![slope.scaled(1.0 / per_row.max(1) as f64)]
        }
        Some(shares) => vec![slope.like(weighed(slope.by_rows(), &shares))],
    }
}

/// What each number has in the mean of its row, `[rows, numbers]`; `None` if all have the same.
fn shares(target: &Real) -> Option<Tensor<2>> {
    let weights = target.like(target.weights()?.clone()).by_rows();
    let all = weights.clone().sum_dim(1).clamp_min(f32::MIN_POSITIVE);
    Some(weights / all)
}

/// For each output, the derivative of its row's loss: the loss's own, or recorded.
pub fn slopes(loss: &dyn ComputeLoss, outputs: &[Real], target: &Value) -> Vec<Real> {
    loss.slopes(outputs, target).unwrap_or_else(|| super::tape::loss_slopes(loss, outputs, target))
}
