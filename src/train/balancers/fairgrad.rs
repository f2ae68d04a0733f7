//! `fairgrad`: α-fair gains.

use super::solve::fair_shares;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::fairgrad::Fairgrad;

pub struct State {
    alpha: f64,
}

impl Start for Fairgrad {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { alpha: self.alpha }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        Combination::Weights(fair_shares(&step.gramian(), &step.factors(), self.alpha))
    }
}
