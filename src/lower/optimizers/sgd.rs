//! `sgd`: stochastic gradient descent.

use burn::tensor::Tensor;

use super::{ComputeOptimizer, Update};
use crate::catalog::optimizers::sgd::Sgd;
use crate::kernels::optimizer::stepped;

impl ComputeOptimizer for Sgd {
    fn update(&self, update: Update<'_>) -> Tensor<1> {
        let gradient = update.penalised(self.weight_decay);
        if self.momentum == 0.0 {
            return update.weights.clone() - stepped(gradient, update.factors, update.learning_rate);
        }
        // The first velocity is the first gradient, as PyTorch has it.
        let velocity = match update.state.pop() {
            Some(velocity) => velocity * self.momentum + gradient.clone(),
            None => gradient.clone(),
        };
        *update.state = vec![velocity.clone()];
        let direction = if self.nesterov { gradient + velocity * self.momentum } else { velocity };
        update.weights.clone() - stepped(direction, update.factors, update.learning_rate)
    }
}
