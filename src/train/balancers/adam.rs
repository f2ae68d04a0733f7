//! Adam (Kingma and Ba 2015, arXiv:1412.6980) on a few numbers, for methods that learn their weights.

use serde::{Deserialize, Serialize};

const BETAS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;

/// Moments and step count of each number; a number that gets no gradient at a step does not move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    first: Vec<f64>,
    second: Vec<f64>,
    steps: Vec<u64>,
}

impl Adam {
    pub fn new(count: usize) -> Self {
        Self { first: vec![0.0; count], second: vec![0.0; count], steps: vec![0; count] }
    }

    pub fn fits(&self, count: usize) -> bool {
        self.first.len() == count && self.second.len() == count && self.steps.len() == count
    }

    /// What to add to the number.
    pub fn change(&mut self, index: usize, gradient: f64, rate: f64) -> f64 {
        // Its square must stay finite; Adam does not care for the size.
        let gradient = gradient.clamp(-1e100, 1e100);
        self.steps[index] += 1;
        self.first[index] = BETAS.0 * self.first[index] + (1.0 - BETAS.0) * gradient;
        self.second[index] = BETAS.1 * self.second[index] + (1.0 - BETAS.1) * gradient * gradient;
        let steps = self.steps[index] as f64;
        let first = self.first[index] / (1.0 - BETAS.0.powf(steps));
        let second = self.second[index] / (1.0 - BETAS.1.powf(steps));
        -rate * first / (second.sqrt() + EPSILON)
    }
}
