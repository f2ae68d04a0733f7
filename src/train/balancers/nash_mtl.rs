//! `nash_mtl`: the Nash bargaining solution.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::solve::fair_shares;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::nash_mtl::NashMtl;

#[derive(Serialize, Deserialize)]
struct Memory {
    steps: u64,
    /// The last solution, before the cut to `max_norm`.
    weights: Vec<Option<f64>>,
}

pub struct State {
    max_norm: f64,
    update_every: u64,
    memory: Memory,
}

impl Start for NashMtl {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let memory = Memory { steps: 0, weights: vec![None; setup.count()] };
        State { max_norm: self.max_norm, update_every: self.update_every.max(1) as u64, memory }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let gramian = step.gramian();
        let known: Option<Vec<f64>> = step.tasks.iter().map(|task| self.memory.weights[*task]).collect();
        let due = self.memory.steps.is_multiple_of(self.update_every);
        self.memory.steps += 1;
        let mut weights = match known {
            Some(weights) if !due => weights,
            _ => {
                let weights = fair_shares(&gramian, &step.factors(), 1.0);
                for (task, weight) in step.tasks.iter().zip(&weights) {
                    self.memory.weights[*task] = Some(*weight);
                }
                weights
            }
        };
        if self.max_norm > 0.0 {
            // In terms of gradients of length one, which are safe to square.
            let lengths: Vec<f64> = weights.iter().zip(gramian.norms()).map(|(weight, norm)| weight * norm).collect();
            let norm = gramian.cosines().quadratic(&lengths).sqrt();
            if norm > self.max_norm {
                weights.iter_mut().for_each(|weight| *weight *= self.max_norm / norm);
            }
        }
        Combination::Weights(weights)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.weights.len();
        self.memory = state::load(value, |memory: &Memory| memory.weights.len() == count)?;
        Ok(())
    }
}
