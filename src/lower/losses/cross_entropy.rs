//! `cross_entropy`: of logits with one class per row.

use burn::tensor::{IndexingUpdateOp, Tensor, activation};

use super::ComputeLoss;
use crate::catalog::losses::cross_entropy::CrossEntropy;
use crate::lower::{Real, Value};

impl ComputeLoss for CrossEntropy {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let log_probabilities = activation::log_softmax(outputs[0].ranked::<2>(), 1);
        let [rows, _] = log_probabilities.dims();
        let classes = target.index().flat().reshape([rows, 1]);
        let of_class = -log_probabilities.clone().gather(1, classes).reshape([rows]);
        if self.smoothing == 0.0 {
            return of_class;
        }
        let of_all = -log_probabilities.mean_dim(1).reshape([rows]);
        of_class * (1.0 - self.smoothing) + of_all * self.smoothing
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let probabilities = activation::softmax(outputs[0].ranked::<2>(), 1);
        let [rows, classes] = probabilities.dims();
        let even = self.smoothing / classes as f64;
        let device = probabilities.device();
        let taken = Tensor::full([rows, 1], -(1.0 - self.smoothing), &device);
        let target = target.index().flat().reshape([rows, 1]);
        let slope = (probabilities - even).scatter(1, target, taken, IndexingUpdateOp::Add);
        Some(vec![Real::new(slope)])
    }
}
