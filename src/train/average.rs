//! The average of the weights over time, if the spec wants one: it is what is evaluated and kept.
//!
//! Running statistics of normalising layers are those of the moment, not an average.

use burn::tensor::Tensor;

use crate::catalog::averaging::AveragingDef;

/// Blends the weights after a step into the average.
pub fn blend(
    rule: &AveragingDef,
    average: Option<Tensor<1>>,
    weights: &Tensor<1>,
    step: u64,
    total_steps: u64,
    steps_per_epoch: u64,
) -> Option<Tensor<1>> {
    if !rule.averages() {
        return None;
    }
    match (rule.rate(step, total_steps, steps_per_epoch), average) {
        (None, average) => average,
        (Some(rate), Some(average)) if rate < 1.0 => Some(average.clone() + (weights.clone() - average) * rate),
        (Some(_), _) => Some(weights.clone()),
    }
}
