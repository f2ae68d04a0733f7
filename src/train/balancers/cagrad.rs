//! `cagrad`: the best for the worst-off task within a ball around the mean gradient.

use super::Gramian;
use super::solve::min_norm;
use super::state::{BalancerState, Combination, Setup, Start, Step};
use crate::catalog::balancers::cagrad::Cagrad;

pub struct State {
    c: f64,
    norm_eps: f64,
}

impl Start for Cagrad {
    type State = State;

    fn start(&self, _setup: &Setup) -> State {
        State { c: self.c, norm_eps: self.norm_eps }
    }
}

impl BalancerState for State {
    fn combine(&mut self, step: &Step<'_>) -> Combination {
        let mean = step.preference();
        let zero = Combination::Weights(vec![0.0; mean.len()]);
        let Some(gramian) = step.gramian().per_trace() else { return zero };
        let products = gramian.times(&mean);
        let length = gramian.quadratic(&mean).sqrt();
        let radius = self.c * length;
        if radius == 0.0 {
            return if length == 0.0 { zero } else { Combination::Weights(mean) };
        }
        // The dual: min ⟨g₀, g_w⟩ + radius·‖g_w‖ over the simplex. With r = ‖g_w‖ it is the shortest mixture of the
        // gradients shifted by (r / radius)·g₀, so one looks for the r at which that mixture has length r.
        let solution = |r: f64| {
            let weights = min_norm(&shifted(&gramian, &products, length, r / radius));
            let norm = gramian.quadratic(&weights).sqrt();
            (norm, weights)
        };
        let (norm, _) = solution(self.norm_eps);
        if norm <= self.norm_eps {
            return zero;
        }
        let (norm, weights) = root(self.norm_eps, norm, solution);
        Combination::Weights(mean.iter().zip(&weights).map(|(share, weight)| share + radius / norm * weight).collect())
    }
}

/// The Gramian of the gradients plus `factor` times the mean one.
fn shifted(gramian: &Gramian, products: &[f64], length: f64, factor: f64) -> Gramian {
    let size = gramian.size();
    let mut result = Gramian::zero(size);
    for i in 0..size {
        for j in 0..size {
            let value = gramian.get(i, j) + factor * (products[i] + products[j]) + factor * factor * length * length;
            result.set(i, j, value);
        }
    }
    result
}

/// The mixture whose length is r, looked for in log r between `low` and 1, where `‖g_w(r)‖ / r` falls. (No mixture is
/// longer than 1, the root of the trace.)
fn root(low: f64, norm: f64, solution: impl Fn(f64) -> (f64, Vec<f64>)) -> (f64, Vec<f64>) {
    let excess = |r: f64, norm: f64| norm.max(1e-150).ln() - r.ln();
    let (mut a, mut fa) = (low.ln(), excess(low, norm));
    let (norm, weights) = solution(1.0);
    let (mut b, mut fb) = (0.0f64, excess(1.0, norm));
    let mut best = (norm, weights);
    for turn in 0..100 {
        if fb.abs() < 1e-14 || b - a < 1e-15 {
            break;
        }
        // Illinois: regula falsi that halves the value of an end which stays; bisection now and then.
        let middle = if turn % 4 == 3 { 0.5 * (a + b) } else { (b - fb * (b - a) / (fb - fa)).clamp(a, b) };
        let (norm, weights) = solution(middle.exp());
        let value = excess(middle.exp(), norm);
        best = (norm, weights);
        if value.abs() < 1e-14 {
            break;
        }
        if value > 0.0 {
            (a, fa) = (middle, value);
            fb *= 0.5;
        } else {
            (b, fb) = (middle, value);
            fa *= 0.5;
        }
    }
    best
}
