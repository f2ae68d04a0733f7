//! `geometric`: the gradient of `Π L^λ`.

use super::SMALLEST_LOSS;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::geometric::Geometric;

pub struct State;

impl Start for Geometric {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let preference = step.preference();
        let logs: Vec<f64> = step.losses.iter().map(|loss| loss.max(SMALLEST_LOSS).ln()).collect();
        let mean: f64 = logs.iter().zip(&preference).map(|(log, share)| log * share).sum();
        Combination::Weights(logs.iter().zip(&preference).map(|(log, share)| share * (mean - log).exp()).collect())
    }
}
