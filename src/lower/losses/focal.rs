//! `focal`: cross-entropy that counts the less, the surer the right class is already.

use burn::tensor::{IndexingUpdateOp, Tensor, activation};

use super::ComputeLoss;
use super::places::{Places, weighed};
use crate::catalog::losses::focal::Focal;
use crate::lower::{Real, Value};

impl ComputeLoss for Focal {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let places = Places::of(&outputs[0]);
        let log = of_right(activation::log_softmax(places.logits(&outputs[0]), 1), target);
        let of_each = -self.factor(unsure(&log)) * log;
        let of_each = match Places::counts(target).filter(|_| !places.of_row) {
            Some(counts) => weighed(of_each, &counts),
            None => of_each,
        };
        of_each.reshape([places.rows, places.per_row]).sum_dim(1).reshape([places.rows])
    }

    /// With p the probability of the right class, the derivative at the logit of class j is
    /// `(gamma·p·(1 − p)^(gamma − 1)·ln p − (1 − p)^gamma) · ([j is right] − p_j)`.
    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let places = Places::of(&outputs[0]);
        let logs = activation::log_softmax(places.logits(&outputs[0]), 1);
        let [count, classes] = logs.dims();
        let log = of_right(logs.clone(), target);
        let unsure = unsure(&log);
        let mut by = -self.factor(unsure.clone());
        if self.gamma > 0.0 {
            // Where p is 1, p·ln p is 0, and so is the term, though a power below 0 of 1 − p is not.
            let rising = unsure.clamp_min(1e-7).powf_scalar(self.gamma - 1.0) * log.clone().exp() * log;
            by = by + rising * self.gamma;
        }
        if let Some(counts) = Places::counts(target).filter(|_| !places.of_row) {
            by = weighed(by, &counts);
        }
        let by = by.reshape([count, 1]);
        let right = target.index().flat().reshape([count, 1]);
        let slope = (-logs.exp() * by.clone()).scatter(1, right, by, IndexingUpdateOp::Add);
        debug_assert_eq!(slope.dims(), [count, classes]);
        Some(vec![places.back(slope, &outputs[0])])
    }
}

impl Focal {
    /// `(1 − p)^gamma`
    fn factor(&self, unsure: Tensor<1>) -> Tensor<1> {
        if self.gamma == 0.0 { unsure.ones_like() } else { unsure.powf_scalar(self.gamma) }
    }
}

/// Of each place the number that belongs to its class.
fn of_right(values: Tensor<2>, target: &Value) -> Tensor<1> {
    let [count, _] = values.dims();
    values.gather(1, target.index().flat().reshape([count, 1])).reshape([count])
}

/// 1 − p, never below 0.
fn unsure(log: &Tensor<1>) -> Tensor<1> {
    (-log.clone().exp() + 1.0).clamp_min(0.0)
}
