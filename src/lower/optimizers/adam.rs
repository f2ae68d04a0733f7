//! `adam`: adaptive moments.

use burn::tensor::Tensor;

use super::{ComputeOptimizer, Update};
use crate::catalog::optimizers::adam::Adam;

impl ComputeOptimizer for Adam {
    fn update(&self, mut update: Update<'_>) -> Tensor<1> {
        let gradient = update.penalised(self.weight_decay);
        let direction = update.adaptive(gradient, self.beta1, self.beta2, self.epsilon);
        update.weights.clone() - update.stepped(direction)
    }
}
