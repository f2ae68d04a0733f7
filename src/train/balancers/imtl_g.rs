//! `imtl_g`: equal projections onto every gradient's direction.

use super::solve::inverse_times;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::imtl_g::ImtlG;

pub struct State;

impl Start for ImtlG {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let gramian = step.gramian();
        let norms = gramian.norms();
        // In terms of gradients of length one the scales of the tasks cancel.
        let ones: Vec<f64> = norms.iter().map(|norm| if *norm > 0.0 { 1.0 } else { 0.0 }).collect();
        let unit = inverse_times(&gramian.cosines(), &ones);
        let smallest = norms.iter().copied().filter(|norm| *norm > 0.0).fold(f64::INFINITY, f64::min);
        let weights: Vec<f64> =
            unit.iter().zip(&norms).map(|(weight, norm)| if *norm > 0.0 { weight * (smallest / norm) } else { 0.0 }).collect();
        let sum: f64 = weights.iter().sum();
        let size: f64 = weights.iter().map(|weight| weight.abs()).sum();
        // No weights in sum 1 do it (opposed gradients): no step, as in TorchJD.
        if size == 0.0 || sum.abs() < 1e-12 * size {
            return Combination::Weights(vec![0.0; weights.len()]);
        }
        Combination::Weights(weights.iter().map(|weight| weight / sum).collect())
    }
}
