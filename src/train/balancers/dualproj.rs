//! `dualproj`: the mean gradient projected onto the dual cone.

use super::state::{BalancerState, Combination, Setup, Start, Step};
use super::upgrad::DualCone;
use crate::catalog::balancers::dualproj::Dualproj;

pub struct State {
    reg_eps: f64,
}

impl Start for Dualproj {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { reg_eps: self.reg_eps }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let preference = step.preference();
        Combination::Weights(match DualCone::new(&step.gramian(), self.reg_eps) {
            Some(mut cone) => cone.project(&preference),
            None => preference,
        })
    }
}
