//! `modo`: one step of the weights per batch, from two independent samples.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Gramian;
use super::moco::{keep, pull};
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::modo::Modo;

#[derive(Serialize, Deserialize)]
struct Memory {
    weights: Vec<f64>,
}

pub struct State {
    entry: Modo,
    memory: Memory,
}

impl Start for Modo {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        State { entry: self.clone(), memory: Memory { weights: state::normalized(setup.lambda.clone()) } }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let products = across(&step.gramian(), step.present());
        let weights = pull(&products, &self.memory.weights, step.tasks, self.entry.gamma, self.entry.rho);
        keep(&mut self.memory.weights, step.tasks, &weights);
        Combination::Weights(over_samples(&weights, self.entry.samples))
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.weights.len();
        self.memory = state::load(value, |memory: &Memory| memory.weights.len() == count)?;
        Ok(())
    }
}

/// The products of the first sample's gradients with the second's. Not symmetric.
pub fn across(gramian: &Gramian, present: usize) -> Gramian {
    let mut products = Gramian::zero(present);
    for i in 0..present {
        for j in 0..present {
            products.set(i, j, gramian.get(i, present + j));
        }
    }
    products
}

/// The weights of the update: on the third sample if there is one, else on the mean of the two.
pub fn over_samples(weights: &[f64], samples: usize) -> Vec<f64> {
    let zeros = vec![0.0; weights.len()];
    if samples > 2 {
        return [zeros.clone(), zeros, weights.to_vec()].concat();
    }
    let half: Vec<f64> = weights.iter().map(|weight| weight / 2.0).collect();
    [half.clone(), half].concat()
}
