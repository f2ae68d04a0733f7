//! What optimizers compute: the other half of `catalog/optimizers/`, one file each.
//!
//! All trained weights stand in one flat tensor, so a step is a handful of operations however many layers there are.

use burn::tensor::Tensor;

use crate::catalog::optimizers::OptimizerDef;

crate::mirror! {
    /// What an optimizer computes.
    pub fn compute(OptimizerDef) -> dyn ComputeOptimizer {
        adam::Adam,
        adamw::AdamW,
        sgd::Sgd,
    }
}

/// One step of an optimizer.
pub struct Update<'a> {
    pub weights: Tensor<1>,
    pub gradient: Tensor<1>,
    /// What the optimizer keeps between steps; empty before the first.
    pub state: &'a mut Vec<Tensor<1>>,
    /// After the schedule.
    pub learning_rate: f64,
    /// Counted from 1.
    pub step: u64,
    /// 1 where a weight decays, 0 where it does not (biases, norms).
    pub decays: &'a Tensor<1>,
    /// Factors of the learning rate, where they differ between parts of the model.
    pub factors: Option<&'a Tensor<1>>,
}

impl Update<'_> {
    /// The gradient with an L2 penalty of the weights that decay.
    fn penalised(&self, weight_decay: f64) -> Tensor<1> {
        if weight_decay == 0.0 {
            return self.gradient.clone();
        }
        self.gradient.clone() + self.weights.clone() * self.decays.clone() * weight_decay
    }

    /// The step that `direction` comes to.
    fn stepped(&self, direction: Tensor<1>) -> Tensor<1> {
        match self.factors {
            Some(factors) => direction * factors.clone() * self.learning_rate,
            None => direction * self.learning_rate,
        }
    }

    /// The two running means of Adam; returns the direction `m̂ / (√v̂ + ε)`.
    fn adaptive(&mut self, gradient: Tensor<1>, beta1: f64, beta2: f64, epsilon: f64) -> Tensor<1> {
        if self.state.len() != 2 {
            *self.state = vec![gradient.zeros_like(), gradient.zeros_like()];
        }
        let squared = self.state.pop().unwrap_or_else(|| gradient.zeros_like());
        let mean = self.state.pop().unwrap_or_else(|| gradient.zeros_like());
        let mean = mean * beta1 + gradient.clone() * (1.0 - beta1);
        let squared = squared * beta2 + gradient.square() * (1.0 - beta2);
        let exponent = self.step.min(i32::MAX as u64) as i32;
        let (first, second) = (1.0 - beta1.powi(exponent), 1.0 - beta2.powi(exponent));
        *self.state = vec![mean.clone(), squared.clone()];
        (mean / first) / ((squared.sqrt() / second.sqrt()) + epsilon)
    }
}

pub trait ComputeOptimizer {
    /// The weights after the step.
    fn update(&self, update: Update<'_>) -> Tensor<1>;
}
