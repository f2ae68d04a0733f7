//! `sdmgrad`: the shortest mixture pulled towards the mean, from two independent samples.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::moco::keep;
use super::modo::{across, over_samples};
use super::solve::project_onto_simplex;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::sdmgrad::Sdmgrad;

#[derive(Serialize, Deserialize)]
struct Memory {
    weights: Vec<f64>,
}

pub struct State {
    entry: Sdmgrad,
    memory: Memory,
}

impl Start for Sdmgrad {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let count = setup.count();
        State { entry: self.clone(), memory: Memory { weights: vec![1.0 / count.max(1) as f64; count] } }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let present = step.present();
        let products = across(&step.gramian(), present);
        let preference = step.preference();
        let pull = self.entry.pull;
        // At the scale of the gradients: the mean root of the diagonal, where it is positive.
        let scale: f64 = (0..present).map(|i| products.square(i).sqrt() / present as f64).sum();
        let inverse = if scale > 0.0 && (1.0 / scale).is_finite() { 1.0 / scale } else { 0.0 };
        let products = products.scaled(&vec![inverse; present]);
        let mut weights = state::normalized(step.tasks.iter().map(|task| self.memory.weights[*task]).collect());
        let mut velocity = vec![0.0; present];
        for _ in 0..self.entry.iterations {
            let point: Vec<f64> = weights.iter().zip(&preference).map(|(own, mean)| own + pull * mean).collect();
            let slope = products.times(&point);
            for (speed, slope) in velocity.iter_mut().zip(&slope) {
                *speed = (self.entry.momentum * *speed + slope).clamp(-1e12, 1e12);
            }
            let moved: Vec<f64> =
                weights.iter().zip(&velocity).map(|(weight, speed)| weight - self.entry.lr * speed).collect();
            weights = project_onto_simplex(&moved);
        }
        keep(&mut self.memory.weights, step.tasks, &weights);
        let mixed: Vec<f64> =
            weights.iter().zip(&preference).map(|(own, mean)| (own + pull * mean) / (1.0 + pull)).collect();
        Combination::Weights(over_samples(&mixed, self.entry.samples))
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
