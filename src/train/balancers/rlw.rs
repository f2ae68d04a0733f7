//! `rlw`: weights drawn anew at every step.

use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::rlw::{Distribution, Rlw};
use crate::lower::Draw;

pub struct State {
    distribution: Distribution,
}

impl Start for Rlw {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { distribution: self.distribution }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let draw = Draw::new(step.seed, "balancer", "rlw").at(step.step);
        // By task, not by place, so that an absent task does not change the draws of the others.
        let uniform = |task: &usize| draw.uniform(*task as u64);
        let tasks = step.tasks;
        Combination::Weights(match self.distribution {
            Distribution::Normal => {
                state::softmax(&tasks.iter().map(|task| draw.normal(*task as u64)).collect::<Vec<_>>())
            }
            Distribution::Uniform => state::softmax(&tasks.iter().map(uniform).collect::<Vec<_>>()),
            // Exponential numbers divided by their sum.
            Distribution::Dirichlet => {
                state::normalized(tasks.iter().map(|task| -(1.0 - uniform(task)).ln()).collect())
            }
            Distribution::Bernoulli => bernoulli(draw, tasks),
            Distribution::One => {
                let chosen = (uniform(&step.count) * tasks.len() as f64) as usize;
                (0..tasks.len()).map(|at| if at == chosen { 1.0 } else { 0.0 }).collect()
            }
        })
    }
}

/// Coins until one shows heads; equal weights if that takes absurdly long.
fn bernoulli(draw: Draw, tasks: &[usize]) -> Vec<f64> {
    for turn in 0..1000 {
        let heads: Vec<f64> =
            tasks.iter().map(|task| if draw.at(turn).uniform(*task as u64) < 0.5 { 1.0 } else { 0.0 }).collect();
        if heads.contains(&1.0) {
            return state::normalized(heads);
        }
    }
    state::normalized(vec![1.0; tasks.len()])
}
