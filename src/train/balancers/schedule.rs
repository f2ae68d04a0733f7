//! `schedule`: the written weights of the epoch.

use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::schedule::{Between, Schedule};

pub struct State {
    at: Vec<usize>,
    between: Between,
    moments: Vec<Vec<f64>>,
    lambda: Vec<f64>,
}

impl Start for Schedule {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let (at, lambda) = (self.at.clone(), setup.lambda.clone());
        State { at, between: self.between, moments: setup.moments.clone(), lambda }
    }
}

impl State {
    /// λ of all tasks in an epoch.
    fn lambda(&self, epoch: usize) -> &[f64] {
        let before = self.at.iter().rposition(|at| *at <= epoch).unwrap_or(0);
        self.moments.get(before).map_or(&self.lambda, Vec::as_slice)
    }

    fn weights(&self, epoch: usize) -> Vec<f64> {
        let here = self.lambda(epoch);
        let next = self.at.iter().position(|at| *at > epoch);
        let (Between::Linear, Some(next)) = (self.between, next) else { return here.to_vec() };
        let (Some(start), Some(target)) = (next.checked_sub(1), self.moments.get(next)) else { return here.to_vec() };
        let share = (epoch - self.at[start]) as f64 / (self.at[next] - self.at[start]) as f64;
        here.iter().zip(target).map(|(from, to)| from + share * (to - from)).collect()
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let weights = self.weights(step.epoch);
        // At the scale of a mean over the present tasks, which `Balance` turns back into λ.
        let scale = step.count as f64 / step.present() as f64;
        Combination::Weights(step.tasks.iter().map(|task| weights[*task] * scale).collect())
    }
}
