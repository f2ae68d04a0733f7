//! `gradvac`: gradients turned towards the cosines they usually have.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{self, BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::gradvac::Gradvac;
use crate::lower::Draw;

/// A target this near to ±1 counts as this far from it: exactly parallel would take an infinite factor.
const SMALLEST_SINE: f64 = 1e-4;

#[derive(Serialize, Deserialize)]
struct Memory {
    /// Running mean of the cosine of each (turned) gradient with each other gradient.
    cosines: Vec<Vec<f64>>,
}

pub struct State {
    beta: f64,
    memory: Memory,
}

impl Start for Gradvac {
    type State = State;

    fn start(&self, setup: &Setup) -> State {
        State { beta: self.beta, memory: Memory { cosines: vec![vec![0.0; setup.count()]; setup.count()] } }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let full = step.gramian();
        // At length one, so that no square over- or underflows.
        let (norms, gramian) = (full.norms(), full.cosines());
        let count = gramian.size();
        let draw = Draw::new(step.seed, "balancer", "gradvac").at(step.step);
        let mut weights = vec![0.0; count];
        for own in (0..count).filter(|own| norms[*own] > 0.0) {
            let mut others: Vec<usize> = (0..count).filter(|other| *other != own && norms[*other] > 0.0).collect();
            draw.at(step.tasks[own] as u64).shuffle(&mut others);
            // The coefficients of the turned gradient, and its products with all gradients.
            let mut part = vec![0.0; count];
            part[own] = 1.0;
            let mut products = gramian.row(own).to_vec();
            for other in others {
                let square: f64 = products.iter().zip(&part).map(|(a, b)| a * b).sum();
                let length = square.max(0.0).sqrt();
                if length == 0.0 {
                    break;
                }
                let cosine = (products[other] / length).clamp(-1.0, 1.0);
                let target = &mut self.memory.cosines[step.tasks[own]][step.tasks[other]];
                if cosine < *target {
                    let sine = (1.0 - cosine * cosine).sqrt();
                    let target_sine = (1.0 - *target * *target).sqrt().max(SMALLEST_SINE);
                    let factor = length * (*target * sine - cosine * target_sine) / target_sine;
                    part[other] += factor;
                    for (product, entry) in products.iter_mut().zip(gramian.row(other)) {
                        *product += factor * entry;
                    }
                }
                *target = (1.0 - self.beta) * *target + self.beta * cosine;
            }
            for at in (0..count).filter(|at| norms[*at] > 0.0) {
                weights[at] += part[at] * norms[own] / norms[at];
            }
        }
        Combination::Weights(weights)
    }

    fn save(&self) -> Value {
        state::save(&self.memory)
    }

    fn load(&mut self, value: &Value) -> Result<(), state::NotItsState> {
        let count = self.memory.cosines.len();
        self.memory = state::load(value, |memory: &Memory| {
            memory.cosines.len() == count && memory.cosines.iter().all(|row| row.len() == count)
        })?;
        Ok(())
    }
}
