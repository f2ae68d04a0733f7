//! `moco`: followed gradients, and weights that move towards their shortest mixture.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Gramian;
use super::db_mtl::length;
use super::solve::project_onto_simplex;
use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::moco::Moco;

#[derive(Serialize, Deserialize)]
struct Memory {
    step: u64,
    weights: Vec<f64>,
    /// Per task its followed gradient; empty until it is first present.
    followed: Vec<Vec<f64>>,
}

pub struct State {
    entry: Moco,
    memory: Memory,
}

impl Start for Moco {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        let weights = state::normalized(setup.lambda.clone());
        State { entry: self.clone(), memory: Memory { step: 0, weights, followed: vec![Vec::new(); setup.count()] } }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let jacobian = step.jacobian();
        let width = jacobian.first().map_or(0, Vec::len);
        self.memory.step += 1;
        let step_number = self.memory.step as f64;
        let beta = self.entry.beta / step_number.powf(self.entry.beta_decay);
        let gamma = self.entry.gamma / step_number.powf(self.entry.gamma_decay);
        for ((task, gradient), loss) in step.tasks.iter().zip(jacobian).zip(step.losses) {
            let own = if self.entry.normalize { length(gradient) } else { 1.0 };
            let target = if self.entry.normalize { *loss } else { 1.0 };
            let followed = &mut self.memory.followed[*task];
            followed.resize(width, 0.0);
            for (mean, value) in followed.iter_mut().zip(gradient) {
                let value = if own > 0.0 { value / own * target } else { 0.0 };
                *mean -= beta * (*mean - value);
            }
        }
        let rows: Vec<Vec<f64>> = step.tasks.iter().map(|task| self.memory.followed[*task].clone()).collect();
        let weights = pull(&Gramian::from_rows(&rows), &self.memory.weights, step.tasks, gamma, self.entry.rho);
        let mut direction = vec![0.0; width];
        for (row, weight) in rows.iter().zip(&weights) {
            for (out, value) in direction.iter_mut().zip(row) {
                *out += weight * value;
            }
        }
        keep(&mut self.memory.weights, step.tasks, &weights);
        Combination::Direction(direction)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.weights.len();
        self.memory =
            state::load(value, |memory: &Memory| memory.weights.len() == count && memory.followed.len() == count)?;
        Ok(())
    }
}

/// One projected step of the present tasks' weights (in sum 1) towards the shortest mixture.
pub fn pull(products: &Gramian, weights: &[f64], tasks: &[usize], gamma: f64, rho: f64) -> Vec<f64> {
    let present = state::normalized(tasks.iter().map(|task| weights[*task]).collect());
    let slope = products.times(&present);
    // A step of any length ends on the simplex, so one that is not finite may as well be very long.
    let moved: Vec<f64> = present
        .iter()
        .zip(&slope)
        .map(|(weight, slope)| weight - (gamma * (slope + rho * weight)).clamp(-1e12, 1e12))
        .collect();
    project_onto_simplex(&moved)
}

/// Puts the present tasks' weights back among all; together they keep the share they had.
pub fn keep(weights: &mut [f64], tasks: &[usize], present: &[f64]) {
    let share: f64 = tasks.iter().map(|task| weights[*task]).sum();
    for (task, weight) in tasks.iter().zip(present) {
        weights[*task] = weight * share;
    }
}
