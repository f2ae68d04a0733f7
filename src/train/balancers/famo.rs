//! `famo`: weights that follow the relative change of the losses.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SMALLEST_LOSS;
use super::adam::Adam;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::famo::Famo;

#[derive(Serialize, Deserialize)]
struct Memory {
    logits: Vec<f64>,
    adam: Adam,
    /// Tasks and losses of the last step, until its second losses come.
    tasks: Vec<usize>,
    before: Vec<f64>,
}

pub struct State {
    lr: f64,
    gamma: f64,
    memory: Memory,
}

impl Start for Famo {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let count = setup.count();
        // At λ; relative to equal ones, so that the decay pulls towards those.
        let logits = setup.lambda.iter().map(|lambda| (lambda * count as f64).max(1e-12).ln()).collect();
        let memory = Memory { logits, adam: Adam::new(count), tasks: Vec::new(), before: Vec::new() };
        State { lr: self.lr, gamma: self.gamma, memory }
    }
}

impl State {
    fn shares(&self, tasks: &[usize]) -> Vec<f64> {
        state::softmax(&tasks.iter().map(|task| self.memory.logits[*task]).collect::<Vec<_>>())
    }
}

/// Losses are shifted by this, as in the authors' code; negative ones count as zero.
fn shifted(loss: f64) -> f64 {
    loss.max(0.0) + SMALLEST_LOSS
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let shares = self.shares(step.tasks);
        self.memory.tasks = step.tasks.to_vec();
        self.memory.before = step.losses.to_vec();
        let weights = shares.iter().zip(step.losses).map(|(share, loss)| share / shifted(*loss)).collect();
        Combination::Weights(state::normalized(weights))
    }

    fn after_step(&mut self, losses: &[f64]) {
        let tasks = std::mem::take(&mut self.memory.tasks);
        let before = std::mem::take(&mut self.memory.before);
        if losses.len() != tasks.len() {
            return;
        }
        let shares = self.shares(&tasks);
        let gains: Vec<f64> =
            before.iter().zip(losses).map(|(before, after)| shifted(*before).ln() - shifted(*after).ln()).collect();
        let mean: f64 = shares.iter().zip(&gains).map(|(share, gain)| share * gain).sum();
        for ((task, share), gain) in tasks.iter().zip(&shares).zip(&gains) {
            let decay = self.gamma * self.memory.logits[*task];
            // The Jacobian of the softmax, times the gains; a step downhill lowers the weight of those that gained
            // more.
            let gradient = share * (gain - mean) + decay;
            self.memory.logits[*task] += self.memory.adam.change(*task, gradient, self.lr);
        }
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.logits.len();
        self.memory = state::load(value, |memory: &Memory| memory.logits.len() == count && memory.adam.fits(count))?;
        Ok(())
    }
}
