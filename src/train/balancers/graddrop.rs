//! `graddrop`: one sign per coordinate.

use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::graddrop::Graddrop;
use crate::lower::Draw;

pub struct State {
    leak: f64,
}

impl Start for Graddrop {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { leak: self.leak }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let jacobian = step.jacobian();
        let width = jacobian.first().map_or(0, Vec::len);
        let draw = Draw::new(step.seed, "balancer", "graddrop").at(step.step);
        // At the representation one decision holds for all rows, and signs are those of a change that moves the
        // activation outwards.
        let (features, signs): (usize, Option<&[f64]>) = match step.representation {
            Some(shared) if shared.rows > 0 && shared.values.len() == width => {
                (width / shared.rows, Some(shared.values))
            }
            _ => (width, None),
        };
        let sign = |at: usize| match signs {
            Some(values) if values[at] > 0.0 => 1.0,
            Some(values) if values[at] < 0.0 => -1.0,
            Some(_) => 0.0,
            None => 1.0,
        };
        let rows = width.checked_div(features).unwrap_or(0);
        let mut direction = vec![0.0; width];
        for feature in 0..features {
            let marginal = |gradient: &Vec<f64>| -> f64 {
                (0..rows).map(|row| gradient[row * features + feature] * sign(row * features + feature)).sum()
            };
            let marginals: Vec<f64> = jacobian.iter().map(marginal).collect();
            let total: f64 = marginals.iter().map(|value| value.abs()).sum();
            if total == 0.0 {
                // Nothing to choose between: everything passes.
                for row in 0..rows {
                    let at = row * features + feature;
                    direction[at] = jacobian.iter().map(|gradient| gradient[at]).sum();
                }
                continue;
            }
            let purity = 0.5 * (1.0 + marginals.iter().map(|value| value / total).sum::<f64>());
            let positive = purity > draw.uniform(feature as u64);
            for (gradient, marginal) in jacobian.iter().zip(&marginals) {
                let passes = if positive { *marginal > 0.0 } else { *marginal < 0.0 };
                let share = if passes { 1.0 } else { self.leak };
                for row in 0..rows {
                    let at = row * features + feature;
                    direction[at] += share * gradient[at];
                }
            }
        }
        Combination::Direction(direction)
    }
}
