//! `cross_entropy`: of logits with one class per row, or per place of a row.

use burn::tensor::{IndexingUpdateOp, Tensor, TensorData, activation};

use super::ComputeLoss;
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

/// Times the weights; where these are 0 it is 0, whatever stands there.
fn weighed<const D: usize>(values: Tensor<D>, weights: &Tensor<D>) -> Tensor<D> {
    values.mask_fill(weights.clone().equal_elem(0.0), 0.0) * weights.clone()
}

/// 1 at every place of the target that is its row's own, 0 at padding; `None` if there is no padding.
fn real(target: &Value) -> Option<Tensor<1>> {
    let places = target.extents().places(target.shape()).filter(|places| places.real.contains(&false))?;
    let real: Vec<f32> = places.real.iter().map(|real| f32::from(u8::from(*real))).collect();
    let [rows, before, span, after] = places.shape;
    let spread = Tensor::<4>::from_data(TensorData::new(real, [rows, 1, span, 1]), &target.index().flat().device());
    Some(spread.expand([rows, before, span, after]).reshape([rows * before * span * after]))
}

/// Where the classes stand in an output: last in vectors and sequences, before height and width in pictures.
struct Places {
    rows: usize,
    per_row: usize,
    axis: usize,
    /// Whether a row is one place, with no axis for it.
    of_row: bool,
}

impl Places {
    fn of(output: &Real) -> Self {
        let rank = output.rank();
        let axis = if rank < 4 { rank - 1 } else { rank - 3 };
        let per_row = output.elements() / (output.rows() * output.shape()[axis]).max(1);
        Self { rows: output.rows(), per_row, axis, of_row: rank == 2 }
    }

    /// What a kernel is told, which takes the logits as they lie.
    fn with<R>(
        &self,
        output: &Real,
        target: &Value,
        smoothing: f64,
        compute: impl FnOnce(kernel::Target<'_>) -> R,
    ) -> R {
        let weights = match (real(target), target.index().weights()) {
            (Some(real), Some(weights)) => Some(real * weights.clone()),
            (real, weights) => real.or_else(|| weights.cloned()),
        };
        let classes = output.shape()[self.axis];
        compute(kernel::Target {
            labels: &target.index().flat(),
            classes,
            after: output.shape()[self.axis + 1..].iter().product(),
            smoothing,
            weights: weights.as_ref(),
        })
    }

    /// `[places of all rows, classes]`
    fn logits(&self, output: &Real) -> Tensor<2> {
        if self.axis + 1 == output.rank() {
            return output.by_last();
        }
        let [before, classes, after] = output.by_axis(self.axis).dims();
        output.by_axis(self.axis).swap_dims(1, 2).reshape([before * after, classes])
    }

    /// Undoes [`Places::logits`].
    fn back(&self, slope: Tensor<2>, output: &Real) -> Real {
        if self.axis + 1 == output.rank() {
            return output.like(slope);
        }
        let [before, classes, after] = output.by_axis(self.axis).dims();
        output.like(slope.reshape([before, after, classes]).swap_dims(1, 2))
    }
}
