//! `cross_entropy`: of logits with one class per row, or per place of a row.

use burn::tensor::{IndexingUpdateOp, Tensor, activation};

use super::ComputeLoss;
use super::places::{Places, real, weighed};
use crate::catalog::losses::cross_entropy::CrossEntropy;
use crate::kernels::cross_entropy as kernel;
use crate::lower::{Real, Value};

impl ComputeLoss for CrossEntropy {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let places = Places::of(&outputs[0]);
        let by_kernel =
            places.with(&outputs[0], target, self.smoothing, |target| kernel::losses(&outputs[0].flat(), &target));
        if let Some(of_each) = by_kernel {
            return of_each.reshape([places.rows, places.per_row]).sum_dim(1).reshape([places.rows]);
        }
        let log_probabilities = activation::log_softmax(places.logits(&outputs[0]), 1);
        let [count, _] = log_probabilities.dims();
        let classes = target.index().flat().reshape([count, 1]);
        let mut of_each = -log_probabilities.clone().gather(1, classes).reshape([count]);
        if self.smoothing > 0.0 {
            let of_all = -log_probabilities.mean_dim(1).reshape([count]);
            of_each = of_each * (1.0 - self.smoothing) + of_all * self.smoothing;
        }
        if places.per_row == 1 && places.of_row {
            return of_each;
        }
        let of_each = match real(target) {
            Some(real) => of_each * real,
            None => of_each,
        };
        let of_each = match target.index().weights() {
            Some(weights) => weighed(of_each, weights),
            None => of_each,
        };
        of_each.reshape([places.rows, places.per_row]).sum_dim(1).reshape([places.rows])
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let places = Places::of(&outputs[0]);
        let by_kernel =
            places.with(&outputs[0], target, self.smoothing, |target| kernel::slopes(&outputs[0].flat(), &target));
        if let Some(slopes) = by_kernel {
            return Some(vec![outputs[0].like(slopes)]);
        }
        let probabilities = activation::softmax(places.logits(&outputs[0]), 1);
        let [count, classes] = probabilities.dims();
        let even = self.smoothing / classes as f64;
        let device = probabilities.device();
        let taken = Tensor::full([count, 1], -(1.0 - self.smoothing), &device);
        let of_class = target.index().flat().reshape([count, 1]);
        let mut slope = (probabilities - even).scatter(1, of_class, taken, IndexingUpdateOp::Add);
        if let Some(real) = real(target) {
            slope = slope * real.reshape([count, 1]);
        }
        if let Some(weights) = target.index().weights() {
            slope = weighed(slope, &weights.clone().reshape([count, 1]).expand([count, classes]));
        }
        Some(vec![places.back(slope, &outputs[0])])
    }
}

impl Places {
    /// What a kernel is told, which takes the logits as they lie.
    fn with<R>(
        &self,
        output: &Real,
        target: &Value,
        smoothing: f64,
        compute: impl FnOnce(kernel::Target<'_>) -> R,
    ) -> R {
        let weights = Places::counts(target);
        let classes = output.shape()[self.axis];
        compute(kernel::Target {
            labels: &target.index().flat(),
            classes,
            after: output.shape()[self.axis + 1..].iter().product(),
            smoothing,
            weights: weights.as_ref(),
        })
    }
}
