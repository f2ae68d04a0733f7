//! `excess_mtl`: weights that follow the excess risks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::excess_mtl::ExcessMtl;

/// Under the root and in the ratio, as in the authors' code.
const EPSILON: f64 = 1e-7;

#[derive(Serialize, Deserialize)]
struct Memory {
    /// In sum 1 over all tasks.
    log_weights: Vec<f64>,
    /// Per task the sum of its squared gradients; empty until it is first present.
    squares: Vec<Vec<f64>>,
    /// Per task the sum of the first excess risks, and of how many.
    first: Vec<f64>,
    seen: Vec<u64>,
}

pub struct State {
    step_size: f64,
    warmup: u64,
    memory: Memory,
}

impl Start for ExcessMtl {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let count = setup.count();
        let memory = Memory {
            log_weights: setup.lambda.iter().map(|lambda| lambda.max(1e-12).ln()).collect(),
            squares: vec![Vec::new(); count],
            first: vec![0.0; count],
            seen: vec![0; count],
        };
        State { step_size: self.step_size, warmup: self.warmup as u64, memory }
    }
}

impl State {
    /// The estimate of `gᵀ·H⁻¹·g`.
    fn excess(&mut self, task: usize, gradient: &[f64]) -> f64 {
        let squares = &mut self.memory.squares[task];
        squares.resize(gradient.len(), 0.0);
        let mut excess = 0.0;
        for (sum, value) in squares.iter_mut().zip(gradient) {
            *sum = (*sum + value * value).min(f64::MAX);
            // In this order nothing overflows: |g| is at most √(Σ g²).
            excess += value.abs() * (value.abs() / (*sum + EPSILON).sqrt());
        }
        excess.min(f64::MAX)
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        for (task, gradient) in step.tasks.iter().zip(step.jacobian()) {
            let excess = self.excess(*task, gradient);
            let seen = self.memory.seen[*task];
            self.memory.seen[*task] += 1;
            if seen < self.warmup.max(1) {
                self.memory.first[*task] = (self.memory.first[*task] + excess).min(f64::MAX);
            }
            if seen >= self.warmup {
                let reference = self.memory.first[*task] / self.warmup.max(1) as f64;
                // At the very first step there is nothing to compare with, and the authors' code takes the excess as
                // it is.
                let relative = if seen == 0 { excess } else { excess / (reference + EPSILON) };
                let change = (relative * self.step_size).min(1e6);
                self.memory.log_weights[*task] += change;
            }
        }
        let top = self.memory.log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = self.memory.log_weights.iter().map(|log| (log - top).exp()).sum();
        for log in &mut self.memory.log_weights {
            *log = (*log - top - total.ln()).max(-700.0);
        }
        Combination::Weights(state::softmax(
            &step.tasks.iter().map(|task| self.memory.log_weights[*task]).collect::<Vec<_>>(),
        ))
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.seen.len();
        self.memory = state::load(value, |memory: &Memory| {
            [memory.log_weights.len(), memory.squares.len(), memory.first.len(), memory.seen.len()] == [count; 4]
        })?;
        Ok(())
    }
}
