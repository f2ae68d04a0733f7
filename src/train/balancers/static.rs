//! `static`: equal weights; λ does the rest.

use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::r#static::Static;

pub struct State;

impl Start for Static {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        Combination::Weights(vec![1.0 / step.present() as f64; step.present()])
    }
}
