//! `imtl_g`: equal projections onto every gradient's direction.

use super::solve::{Cholesky, inverse_times};
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
        let none = Combination::Weights(vec![0.0; step.present()]);
        let Some(gramian) = step.gramian().per_trace() else { return none };
        let norms = gramian.norms();
        let inverse: Vec<f64> = norms.iter().map(|norm| if *norm > 0.0 { 1.0 / norm } else { 0.0 }).collect();
        let weights: Vec<f64> = match Cholesky::new(&gramian.cosines()) {
            // In terms of gradients of length one the scales of the tasks cancel.
            Some(factor) => {
                let smallest = norms.iter().copied().fold(f64::INFINITY, f64::min);
                let unit = factor.solve(&vec![1.0; norms.len()]);
                unit.iter().zip(&inverse).map(|(weight, inverse)| weight * (smallest * inverse)).collect()
            }
            // Dependent gradients: many weights do it, and the pseudo-inverse takes the smallest.
            None => inverse_times(&gramian, &norms),
        };
        let sum: f64 = weights.iter().sum();
        let size: f64 = weights.iter().map(|weight| weight.abs()).sum();
        // No weights in sum 1 do it (opposed gradients): no step, as in TorchJD.
        if size == 0.0 || sum.abs() < 1e-12 * size {
            return none;
        }
        Combination::Weights(weights.iter().map(|weight| weight / sum).collect())
    }
}
