//! `schedule`: the written weights of the epoch.

use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::Balancer;
use crate::catalog::balancers::schedule::Schedule;

pub struct State {
    schedule: Schedule,
    moments: Vec<Vec<f64>>,
    lambda: Vec<f64>,
}

impl Start for Schedule {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        State { schedule: self.clone(), moments: setup.moments.clone(), lambda: setup.lambda.clone() }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let weights = self.schedule.lambda_in(&self.moments, step.epoch).unwrap_or_else(|| self.lambda.clone());
        // At the scale of a mean over the present tasks, which `Balance` turns back into λ.
        let scale = step.count as f64 / step.present() as f64;
        Combination::Weights(step.tasks.iter().map(|task| weights[*task] * scale).collect())
    }
}
