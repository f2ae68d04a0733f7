//! `imtl_l`: learned log-scales.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::adam::Adam;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::imtl_l::ImtlL;

/// `|s|` at most: `exp(s)` stays within what single precision holds.
const WIDEST: f64 = 60.0;

#[derive(Serialize, Deserialize)]
struct Memory {
    log_scale: Vec<f64>,
    adam: Adam,
}

pub struct State {
    lr: Option<f64>,
    memory: Memory,
}

impl Start for ImtlL {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let count = setup.count();
        State { lr: self.lr, memory: Memory { log_scale: vec![0.0; count], adam: Adam::new(count) } }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let rate = self.lr.unwrap_or(step.learning_rate);
        let mut weights = Vec::with_capacity(step.present());
        for ((task, loss), factor) in step.tasks.iter().zip(step.losses).zip(step.factors()) {
            let s = self.memory.log_scale[*task];
            let weight = s.exp();
            weights.push(factor * weight);
            let change = self.memory.adam.change(*task, factor * (weight * loss - 1.0), rate);
            self.memory.log_scale[*task] = (s + change).clamp(-WIDEST, WIDEST);
        }
        Combination::Weights(weights)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.log_scale.len();
        self.memory = state::load(value, |memory: &Memory| memory.log_scale.len() == count && memory.adam.fits(count))?;
        Ok(())
    }
}
