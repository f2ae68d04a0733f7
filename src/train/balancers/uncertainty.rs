//! `uncertainty`: learned log-variances.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::adam::Adam;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::uncertainty::Uncertainty;

/// `|s|` at most: `exp(s)` stays within what single precision holds.
const WIDEST: f64 = 60.0;

#[derive(Serialize, Deserialize)]
struct Memory {
    log_variance: Vec<f64>,
    adam: Adam,
}

pub struct State {
    lr: Option<f64>,
    memory: Memory,
}

impl Start for Uncertainty {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let start = (-(2.0 * self.initial).ln()).clamp(-WIDEST, WIDEST);
        State {
            lr: self.lr,
            memory: Memory { log_variance: vec![start; setup.count()], adam: Adam::new(setup.count()) },
        }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let rate = self.lr.unwrap_or(step.learning_rate);
        let mut weights = Vec::with_capacity(step.present());
        for ((task, loss), factor) in step.tasks.iter().zip(step.losses).zip(step.factors()) {
            let s = self.memory.log_variance[*task];
            let weight = 0.5 * (-s).exp();
            weights.push(factor * weight);
            let change = self.memory.adam.change(*task, factor * (0.5 - weight * loss), rate);
            self.memory.log_variance[*task] = (s + change).clamp(-WIDEST, WIDEST);
        }
        Combination::Weights(weights)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.log_variance.len();
        self.memory =
            state::load(value, |memory: &Memory| memory.log_variance.len() == count && memory.adam.fits(count))?;
        Ok(())
    }
}
