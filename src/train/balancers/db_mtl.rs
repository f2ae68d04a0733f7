//! `db_mtl`: smoothed gradients of the logarithms, at one length.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SMALLEST_LOSS;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::db_mtl::DbMtl;

#[derive(Serialize, Deserialize)]
struct Memory {
    /// Per task its smoothed gradient; empty until it is first present.
    smooth: Vec<Vec<f64>>,
    steps: Vec<u64>,
}

pub struct State {
    beta: f64,
    beta_decay: f64,
    memory: Memory,
}

impl Start for DbMtl {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let memory = Memory { smooth: vec![Vec::new(); setup.count()], steps: vec![0; setup.count()] };
        State { beta: self.beta, beta_decay: self.beta_decay, memory }
    }
}

/// The length of a vector, safe from overflow.
pub fn length(vector: &[f64]) -> f64 {
    let top = vector.iter().fold(0.0f64, |top, value| top.max(value.abs()));
    if top == 0.0 { 0.0 } else { top * vector.iter().map(|value| (value / top).powi(2)).sum::<f64>().sqrt() }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let jacobian = step.jacobian();
        let width = jacobian.first().map_or(0, Vec::len);
        for ((task, gradient), loss) in step.tasks.iter().zip(jacobian).zip(step.losses) {
            self.memory.steps[*task] += 1;
            let beta = self.beta / (self.memory.steps[*task] as f64).powf(self.beta_decay);
            let smooth = &mut self.memory.smooth[*task];
            smooth.resize(width, 0.0);
            for (mean, value) in smooth.iter_mut().zip(gradient) {
                let value = value / loss.max(SMALLEST_LOSS);
                *mean = value + beta * (*mean - value);
            }
        }
        let lengths: Vec<f64> = step.tasks.iter().map(|task| length(&self.memory.smooth[*task])).collect();
        let longest = lengths.iter().copied().fold(0.0, f64::max);
        let mut direction = vec![0.0; width];
        for ((task, own), factor) in step.tasks.iter().zip(&lengths).zip(step.factors()) {
            if *own > 0.0 {
                for (out, value) in direction.iter_mut().zip(&self.memory.smooth[*task]) {
                    *out += factor * longest * (value / own);
                }
            }
        }
        Combination::Direction(direction)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.steps.len();
        self.memory =
            state::load(value, |memory: &Memory| memory.smooth.len() == count && memory.steps.len() == count)?;
        Ok(())
    }
}
