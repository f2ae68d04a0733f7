//! `gradnorm`: weights that bring gradient norms to a common rate.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::adam::Adam;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::gradnorm::Gradnorm;

/// Weights stay above this, as a weight of zero would have no gradient.
const SMALLEST_WEIGHT: f64 = 1e-4;

#[derive(Serialize, Deserialize)]
struct Memory {
    /// In sum T.
    weights: Vec<f64>,
    first_losses: Vec<Option<f64>>,
    adam: Adam,
}

pub struct State {
    alpha: f64,
    lr: Option<f64>,
    memory: Memory,
}

impl Start for Gradnorm {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let count = setup.count();
        let weights = setup.lambda.iter().map(|lambda| (lambda * count as f64).max(SMALLEST_WEIGHT)).collect();
        let memory = Memory { weights, first_losses: vec![None; count], adam: Adam::new(count) };
        State { alpha: self.alpha, lr: self.lr, memory }
    }
}

impl State {
    /// Each present task's loss relative to its first, over the mean of that.
    fn rates(&mut self, step: &Step<'_>) -> Vec<f64> {
        let mut ratios = Vec::with_capacity(step.present());
        for (task, loss) in step.tasks.iter().zip(step.losses) {
            let first = *self.memory.first_losses[*task].get_or_insert(*loss);
            let ratio = loss / first;
            ratios.push(if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 });
        }
        let mean: f64 = ratios.iter().map(|ratio| ratio / ratios.len() as f64).sum();
        ratios.iter().map(|ratio| if mean > 0.0 && mean.is_finite() { ratio / mean } else { 1.0 }).collect()
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let rate = self.lr.unwrap_or(step.learning_rate);
        let norms = step.gramian().norms();
        let rates = self.rates(step);
        let used: Vec<f64> = step.tasks.iter().map(|task| self.memory.weights[*task]).collect();
        let weighted: Vec<f64> = used.iter().zip(&norms).map(|(weight, norm)| weight * norm).collect();
        let mean: f64 = weighted.iter().map(|norm| norm / weighted.len() as f64).sum();
        for (at, task) in step.tasks.iter().enumerate() {
            // The target is a constant to the method, as in the paper.
            let target = mean * rates[at].powf(self.alpha);
            let sign = if weighted[at] > target {
                1.0
            } else if weighted[at] < target {
                -1.0
            } else {
                0.0
            };
            let change = self.memory.adam.change(*task, sign * norms[at], rate);
            self.memory.weights[*task] = (self.memory.weights[*task] + change).max(SMALLEST_WEIGHT);
        }
        let total: f64 = self.memory.weights.iter().sum();
        let count = self.memory.weights.len() as f64;
        for weight in &mut self.memory.weights {
            *weight *= count / total;
        }
        Combination::Weights(used)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.weights.len();
        self.memory = state::load(value, |memory: &Memory| {
            memory.weights.len() == count && memory.first_losses.len() == count && memory.adam.fits(count)
        })?;
        Ok(())
    }
}
