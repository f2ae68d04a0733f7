//! `adamw`: Adam with decoupled weight decay.

use burn::tensor::Tensor;

use super::{ComputeOptimizer, Update};
use crate::catalog::optimizers::adamw::AdamW;

impl ComputeOptimizer for AdamW {
    fn update(&self, mut update: Update<'_>) -> Tensor<1> {
        let gradient = update.gradient.clone();
        let mut direction = update.adaptive(gradient, self.beta1, self.beta2, self.epsilon);
        if self.weight_decay > 0.0 {
            direction = direction + update.weights.clone() * update.decays.clone() * self.weight_decay;
        }
        update.weights.clone() - update.stepped(direction)
    }
}
