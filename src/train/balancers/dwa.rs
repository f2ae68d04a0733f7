//! `dwa`: weights from the ratio of the last two epochs' losses.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::dwa::Dwa;

#[derive(Serialize, Deserialize)]
struct Memory {
    /// Sum and number of the losses of this epoch.
    sums: Vec<f64>,
    batches: Vec<u64>,
    /// The mean losses of the last two epochs in which the task was present, the later one last.
    epochs: Vec<Vec<f64>>,
}

pub struct State {
    temperature: f64,
    memory: Memory,
}

impl Start for Dwa {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let count = setup.count();
        let memory = Memory { sums: vec![0.0; count], batches: vec![0; count], epochs: vec![Vec::new(); count] };
        State { temperature: self.temperature, memory }
    }
}

impl State {
    /// How much of its loss a task kept; 1 where that is not known yet.
    fn ratio(&self, task: usize) -> f64 {
        match self.memory.epochs[task].as_slice() {
            [older, newer] if *older != 0.0 && (newer / older).is_finite() => newer / older,
            _ => 1.0,
        }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        for (task, loss) in step.tasks.iter().zip(step.losses) {
            self.memory.sums[*task] += loss;
            self.memory.batches[*task] += 1;
        }
        let ratios: Vec<f64> = step.tasks.iter().map(|task| self.ratio(*task) / self.temperature).collect();
        let count = step.present() as f64;
        Combination::Weights(state::softmax(&ratios).iter().map(|share| share * count).collect())
    }

    fn end_epoch(&mut self) {
        let memory = &mut self.memory;
        for task in 0..memory.sums.len() {
            if memory.batches[task] > 0 {
                let mean = memory.sums[task] / memory.batches[task] as f64;
                memory.epochs[task].push(if mean.is_finite() { mean } else { f64::MAX });
                if memory.epochs[task].len() > 2 {
                    memory.epochs[task].remove(0);
                }
            }
            memory.sums[task] = 0.0;
            memory.batches[task] = 0;
        }
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.sums.len();
        self.memory = state::load(value, |memory: &Memory| {
            [memory.sums.len(), memory.batches.len(), memory.epochs.len()] == [count; 3]
        })?;
        Ok(())
    }
}
