//! `log_scale`: the gradient of `Σ T·λ·log L`.

use super::SMALLEST_LOSS;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::log_scale::LogScale;

pub struct State;

impl Start for LogScale {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let factors = step.factors();
        Combination::Weights(
            factors.iter().zip(step.losses).map(|(factor, loss)| factor / loss.max(SMALLEST_LOSS)).collect(),
        )
    }
}
