//! Softmax and cross-entropy as one, without the probabilities in memory.

use burn::tensor::{Int, Tensor};
use mtlc_kernels::cross_entropy::CrossEntropy;

use super::{Numbers, tensor, whole_numbers};

/// What logits `[before, classes, after]` are held to.
pub struct Target<'a> {
    /// A class for each of `[before, after]` places.
    pub labels: &'a Tensor<1, Int>,
    pub classes: usize,
    pub after: usize,
    /// The share of the label that all classes have in common.
    pub smoothing: f64,
    /// How much each place counts; all 1 if `None`.
    pub weights: Option<&'a Tensor<1>>,
}

/// The loss of each place, if the backend has it as a kernel.
pub fn losses(logits: &Tensor<1>, target: &Target<'_>) -> Option<Tensor<1>> {
    let losses = with(logits, target, |given| given.losses())?;
    let count = losses.len();
    Some(tensor(losses, [count], logits))
}

/// The derivative of each place's loss at its logits, if the backend has it as a kernel.
pub fn slopes(logits: &Tensor<1>, target: &Target<'_>) -> Option<Tensor<1>> {
    let slopes = with(logits, target, |given| given.slopes())?;
    Some(tensor(slopes, logits.dims(), logits))
}

/// Of each of some rows of logits the logarithm of the sum of their powers of e; `largest` says of each which of them is the largest.
pub fn log_sums(logits: &[f32], classes: usize, largest: &[i64]) -> Vec<f64> {
    let given = CrossEntropy { logits, classes, after: 1, beside: 0, labels: largest, smoothing: 0.0, weights: None };
    let row = |(row, (loss, largest)): (usize, (f32, &i64))| {
        // The loss is how far the sum lies above the one that is named, so that little is lost to its size.
        f64::from(loss) + f64::from(logits[row * classes + usize::try_from(*largest).unwrap_or(0)])
    };
    given.losses().into_iter().zip(largest).enumerate().map(row).collect()
}

fn with<R>(logits: &Tensor<1>, target: &Target<'_>, compute: impl FnOnce(&CrossEntropy<'_>) -> R) -> Option<R> {
    let (numbers, labels) = (Numbers::of(logits)?, whole_numbers(target.labels)?);
    let weights = match target.weights {
        Some(weights) => Some(Numbers::of(weights)?),
        None => None,
    };
    Some(compute(&CrossEntropy {
        logits: numbers.slice(),
        classes: target.classes,
        after: target.after,
        beside: 0,
        labels: &labels,
        smoothing: target.smoothing as f32,
        weights: weights.as_ref().map(Numbers::slice),
    }))
}
