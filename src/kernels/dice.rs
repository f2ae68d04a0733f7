//! How little the places of each class and those that are given it overlap, without the probabilities in memory.

use burn::tensor::{Int, Tensor};
use mtlc_kernels::dice::Dice;

use super::{Numbers, tensor, whole_numbers};

/// What logits `[rows, classes, places]` are held to.
pub struct Target<'a> {
    /// A class for each of `[rows, places]` places.
    pub labels: &'a Tensor<1, Int>,
    pub classes: usize,
    pub places: usize,
    /// What is added above and below.
    pub smooth: f64,
    /// Places where it is 0 count nowhere; all count if `None`.
    pub counts: Option<&'a Tensor<1>>,
}

/// The loss of each row, if the backend has it as a kernel.
pub fn losses(logits: &Tensor<1>, target: &Target<'_>) -> Option<Tensor<1>> {
    let losses = with(logits, target, |given| given.losses())?;
    let count = losses.len();
    Some(tensor(losses, [count], logits))
}

/// The derivative of each row's loss at its logits, if the backend has it as a kernel.
pub fn slopes(logits: &Tensor<1>, target: &Target<'_>) -> Option<Tensor<1>> {
    let slopes = with(logits, target, |given| given.slopes())?;
    Some(tensor(slopes, logits.dims(), logits))
}

fn with<R>(logits: &Tensor<1>, target: &Target<'_>, compute: impl FnOnce(&Dice<'_>) -> R) -> Option<R> {
    let (numbers, labels) = (Numbers::of(logits)?, whole_numbers(target.labels)?);
    let counts = match target.counts {
        Some(counts) => Some(Numbers::of(counts)?),
        None => None,
    };
    Some(compute(&Dice {
        logits: numbers.slice(),
        classes: target.classes,
        places: target.places,
        labels: &labels,
        counts: counts.as_ref().map(Numbers::slice),
        smooth: target.smooth as f32,
    }))
}
