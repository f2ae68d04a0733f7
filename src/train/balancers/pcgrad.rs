//! `pcgrad`: projections of conflicting gradients, in terms of the Gramian.

use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::pcgrad::Pcgrad;
use crate::lower::Draw;

pub struct State;

impl Start for Pcgrad {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let gramian = step.gramian();
        let count = gramian.size();
        let draw = Draw::new(step.seed, "balancer", "pcgrad").at(step.step);
        let mut weights = vec![0.0; count];
        for own in 0..count {
            let mut others: Vec<usize> = (0..count).filter(|other| *other != own).collect();
            draw.at(step.tasks[own] as u64).shuffle(&mut others);
            // The coefficients of the projected gradient, and its products with all gradients.
            let mut part = vec![0.0; count];
            part[own] = 1.0;
            let mut products = gramian.row(own).to_vec();
            for other in others {
                let square = gramian.square(other);
                if products[other] < 0.0 && square > 0.0 {
                    let factor = -products[other] / square;
                    part[other] += factor;
                    for (product, entry) in products.iter_mut().zip(gramian.row(other)) {
                        *product += factor * entry;
                    }
                }
            }
            for (weight, value) in weights.iter_mut().zip(&part) {
                *weight += value;
            }
        }
        Combination::Weights(weights)
    }
}
