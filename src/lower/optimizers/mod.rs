//! What optimizers compute: the other half of `catalog/optimizers/`, one file each.
//!
//! All trained weights stand in one flat tensor, so a step is a handful of operations however many layers there are.

use burn::tensor::Tensor;
use mtlc_kernels::optimizer::{Adam, Decay};

use crate::catalog::optimizers::OptimizerDef;
use crate::kernels::optimizer::adam as kernel;

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

    /// A step of Adam: the two running means are its state.
    fn adaptive(self, settings: Settings) -> Tensor<1> {
        let Self { weights, gradient, state, learning_rate, step, decays, factors } = self;
        let mut kept = std::mem::take(state).into_iter();
        let (mean, squared) = match (kept.next(), kept.next()) {
            (Some(mean), Some(squared)) => (mean, squared),
            _ => (gradient.zeros_like(), gradient.zeros_like()),
        };
        let Settings { beta1, beta2, epsilon, decay } = settings;
        let adam = Adam { beta1, beta2, epsilon, learning_rate, decay, step };
        let [weights, mean, squared] = kernel(&adam, [weights, mean, squared], &gradient, decays, factors);
        *state = vec![mean, squared];
        weights
    }
}

/// What [`Update::adaptive`] is told by an optimizer.
struct Settings {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    decay: Decay,
}

pub trait ComputeOptimizer {
    /// The weights after the step.
    fn update(&self, update: Update<'_>) -> Tensor<1>;
}
