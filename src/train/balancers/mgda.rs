//! `mgda`: the shortest mixture of the gradients.

use super::solve::min_norm;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::mgda::{Mgda, Normalize};

pub struct State {
    normalize: Normalize,
}

impl State {
    pub fn new(normalize: Normalize) -> Self {
        Self { normalize }
    }
}

impl Start for Mgda {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State::new(self.normalize)
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let gramian = step.gramian();
        let norms = gramian.norms();
        let inverse = |value: f64| if value > 0.0 && (1.0 / value).is_finite() { 1.0 / value } else { 1.0 };
        let factors: Vec<f64> = norms
            .iter()
            .zip(step.losses)
            .map(|(norm, loss)| match self.normalize {
                Normalize::None => 1.0,
                Normalize::L2 => inverse(*norm),
                Normalize::Loss => inverse(loss.abs()),
                Normalize::LossL2 => inverse(*norm) * inverse(loss.abs()),
            })
            .collect();
        Combination::Weights(min_norm(&gramian.scaled(&factors)))
    }
}
