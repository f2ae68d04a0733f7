//! `aligned_mtl`: gradients made orthogonal and of one length.

use super::solve::Eigen;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::aligned_mtl::{AlignedMtl, Mode};

pub struct State {
    mode: Mode,
}

impl Start for AlignedMtl {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { mode: self.mode }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let preference = step.preference();
        let Some(gramian) = step.gramian().per_trace() else { return Combination::Weights(preference) };
        let eigen = Eigen::new(&gramian);
        let rank = eigen.rank();
        let kept = &eigen.values[..rank];
        let scale = match self.mode {
            Mode::Min => kept.last().copied(),
            // Of an even number the lower one, as in PyTorch.
            Mode::Median => kept.get(rank / 2).copied(),
            Mode::Rmse => Some(kept.iter().sum::<f64>() / rank as f64),
        };
        let Some(scale) = scale else { return Combination::Weights(preference) };
        let mut weights = vec![0.0; preference.len()];
        for (value, vector) in kept.iter().zip(&eigen.vectors) {
            let part: f64 = vector.iter().zip(&preference).map(|(a, b)| a * b).sum();
            let factor = (scale / value).sqrt() * part;
            for (weight, component) in weights.iter_mut().zip(vector) {
                *weight += factor * component;
            }
        }
        Combination::Weights(weights)
    }
}
