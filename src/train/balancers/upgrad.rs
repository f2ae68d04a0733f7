//! `upgrad`: each gradient projected onto the dual cone.

use super::Gramian;
use super::solve::Complementarity;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::upgrad::Upgrad;

pub struct State {
    reg_eps: f64,
}

impl Start for Upgrad {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { reg_eps: self.reg_eps }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let preference = step.preference();
        let Some(mut cone) = DualCone::new(&step.gramian(), self.reg_eps) else {
            return Combination::Weights(preference);
        };
        let mut weights = vec![0.0; preference.len()];
        for own in 0..preference.len() {
            let mut alone = vec![0.0; preference.len()];
            alone[own] = preference[own];
            for (weight, part) in weights.iter_mut().zip(cone.project(&alone)) {
                *weight += part;
            }
        }
        Combination::Weights(weights)
    }
}

/// The cone of vectors that conflict with no gradient.
pub struct DualCone {
    gramian: Gramian,
    solver: Complementarity,
}

impl DualCone {
    /// With the ridge `eps` relative to the trace; `None` if all gradients are zero.
    pub fn new(gramian: &Gramian, eps: f64) -> Option<Self> {
        let mut gramian = gramian.per_trace()?;
        for i in 0..gramian.size() {
            gramian.set(i, i, gramian.square(i) + eps);
        }
        let solver = Complementarity::new(&gramian);
        Some(Self { gramian, solver })
    }

    /// The weights of the projection of `Σ u·g`: the minimum of `wᵀ·G·w` over `w ≥ u`.
    pub fn project(&mut self, u: &[f64]) -> Vec<f64> {
        let more = self.solver.solve(&self.gramian.times(u));
        u.iter().zip(more).map(|(given, more)| given + more).collect()
    }
}
