//! `config`: one cosine with every gradient.

use super::solve::inverse_times;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::config::Config;

pub struct State;

impl Start for Config {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let gramian = step.gramian();
        let (norms, cosines) = (gramian.norms(), gramian.cosines());
        let factors = step.factors();
        let wanted: Vec<f64> =
            factors.iter().zip(&norms).map(|(factor, norm)| if *norm > 0.0 { *factor } else { 0.0 }).collect();
        let unit = inverse_times(&cosines, &wanted);
        let square = cosines.quadratic(&unit);
        // The projection of each gradient on the direction.
        let length: f64 = cosines.times(&unit).iter().zip(&norms).map(|(cosine, norm)| cosine * norm).sum();
        let size: f64 = unit.iter().map(|weight| weight * weight).sum();
        let none = square <= 1e-24 * size.max(f64::MIN_POSITIVE);
        Combination::Weights(
            unit.iter()
                .zip(&norms)
                .map(|(weight, norm)| if none || *norm == 0.0 { 0.0 } else { length / square * weight / norm })
                .collect(),
        )
    }
}
