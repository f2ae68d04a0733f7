//! `stch`: the gradient of the smooth maximum of the losses.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SMALLEST_LOSS;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::stch::Stch;

#[derive(Serialize, Deserialize)]
struct Memory {
    /// Sum and number of the losses of the last epoch of warm-up.
    sums: Vec<f64>,
    batches: Vec<u64>,
}

pub struct State {
    mu: f64,
    warmup: usize,
    memory: Memory,
}

impl Start for Stch {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let memory = Memory { sums: vec![0.0; setup.count()], batches: vec![0; setup.count()] };
        State { mu: self.mu, warmup: self.warmup, memory }
    }
}

impl State {
    /// What the losses of a task are divided by.
    fn unit(&self, task: usize) -> f64 {
        let mean = self.memory.sums[task] / self.memory.batches[task].max(1) as f64;
        if self.memory.batches[task] == 0 || !mean.is_finite() { 1.0 } else { mean.max(SMALLEST_LOSS) }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let factors = step.factors();
        if step.epoch < self.warmup {
            if step.epoch + 1 == self.warmup {
                for (task, loss) in step.tasks.iter().zip(step.losses) {
                    self.memory.sums[*task] += loss;
                    self.memory.batches[*task] += 1;
                }
            }
            return Combination::Weights(step.preference());
        }
        let scales: Vec<f64> = factors.iter().zip(step.tasks).map(|(factor, task)| factor / self.unit(*task)).collect();
        let exponents: Vec<f64> = scales
            .iter()
            .zip(step.losses)
            .map(|(scale, loss)| (scale * loss / self.mu).clamp(-f64::MAX, f64::MAX))
            .collect();
        let shares = state::softmax(&exponents);
        Combination::Weights(shares.iter().zip(&scales).map(|(share, scale)| share * scale).collect())
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.sums.len();
        self.memory =
            state::load(value, |memory: &Memory| memory.sums.len() == count && memory.batches.len() == count)?;
        Ok(())
    }
}
