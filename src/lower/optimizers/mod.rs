//! What optimizers compute: the other half of `catalog/optimizers/`, one file each.
//!
//! All trained weights stand in one flat tensor, so a step is a handful of operations however many layers there are.

use burn::tensor::Tensor;
use mtlc_kernels::optimizer::{Adam, Decay};

use super::Real;
use crate::catalog::optimizers::OptimizerDef;
use crate::kernels::optimizer::{self as kernels, adam as kernel, adam_by_parts, are_here};

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

/// A weight's own gradient, and where it stands among all weights.
#[derive(Clone, Debug)]
pub struct Part {
    pub start: usize,
    pub decays: bool,
    pub gradient: Real,
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
        let adam = settings.step(learning_rate, step);
        let [weights, mean, squared] = kernel(&adam, [weights, mean, squared], &gradient, decays, factors);
        *state = vec![mean, squared];
        weights
    }
}

/// What a step of Adam is told by an optimizer.
pub struct Settings {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    decay: Decay,
}

impl Settings {
    fn step(&self, learning_rate: f64, step: u64) -> Adam {
        let Settings { beta1, beta2, epsilon, decay } = *self;
        Adam { beta1, beta2, epsilon, learning_rate, decay, step }
    }
}

pub trait ComputeOptimizer {
    /// The weights after the step.
    fn update(&self, update: Update<'_>) -> Tensor<1>;

    /// What a step of Adam is told, if it is one.
    fn adaptive(&self) -> Option<Settings> {
        None
    }

    /// Whether it has [a step](Self::update_parts) on such gradients.
    fn goes_by_parts(&self, parts: &[Part]) -> bool {
        let numbers: Vec<Tensor<1>> = parts.iter().map(|part| part.gradient.numbers()).collect();
        self.adaptive().is_some() && are_here(numbers.iter())
    }

    /// The weights after a step on those parts of them that have a gradient; all else stays as it is. Given learning rate and number of the step.
    fn update_parts(
        &self,
        weights: Tensor<1>,
        parts: &[Part],
        state: &mut Vec<Tensor<1>>,
        (learning_rate, step): (f64, u64),
        factors: Option<&Tensor<1>>,
    ) -> Tensor<1> {
        let Some(settings) = self.adaptive() else { return weights };
        let mut kept = std::mem::take(state).into_iter();
        let (mean, squared) = match (kept.next(), kept.next()) {
            (Some(mean), Some(squared)) => (mean, squared),
            _ => (weights.zeros_like(), weights.zeros_like()),
        };
        let adam = settings.step(learning_rate, step);
        let part = |part: &Part| kernels::Part {
            start: part.start,
            decays: part.decays,
            numbers: part.gradient.numbers(),
            rows: part.gradient.rows_seen().map(|(_, rows)| rows.clone()),
        };
        let parts: Vec<kernels::Part> = parts.iter().map(part).collect();
        let [weights, mean, squared] = adam_by_parts(&adam, [weights, mean, squared], &parts, factors);
        *state = vec![mean, squared];
        weights
    }
}
