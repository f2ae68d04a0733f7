//! Fair shares: `G·w = (p / w)^(1/α)` with `w > 0`, for `nash_mtl` (α = 1) and `fairgrad`.

use super::Cholesky;
use crate::train::balancers::Gramian;

/// Ridge on the gradients at length one: limits the weights where a mixture of gradients is zero.
const RIDGE: f64 = 1e-10;

/// The weights; 0 for a zero gradient, which takes no part.
///
/// They minimise the convex `½·wᵀ·G·w − Σ p^(1/α)·φ(w)` with `φ′(w) = w^(−1/α)`. With `w = d·y` and d such that a
/// gradient alone has `y = 1`, the equation is `A·y = diag(A)·y^(−1/α)`, whatever the scales of the tasks; Newton's
/// method with a line search solves it.
pub fn fair_shares(gramian: &Gramian, preference: &[f64], alpha: f64) -> Vec<f64> {
    let size = gramian.size();
    let norms = gramian.norms();
    let part: Vec<usize> =
        (0..size).filter(|i| norms[*i] > 0.0 && norms[*i].is_finite() && preference[*i] > 0.0).collect();
    let cosines = gramian.select(&part).cosines();
    // w·‖g‖ in place of w: the equation for gradients of length one, with p·‖g‖^(1−α) in place of p.
    let exponent = 1.0 / alpha;
    let logs: Vec<f64> = part
        .iter()
        .map(|i| (exponent * (preference[*i].ln() + (1.0 - alpha) * norms[*i].ln())) / (1.0 + exponent))
        .collect();
    // d = exp(logs); relative to the largest, so that no product overflows. Both sides of the equation scale alike.
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let d: Vec<f64> = logs.iter().map(|log| (log - top).max(-300.0).exp()).collect();
    let mut matrix = cosines.scaled(&d);
    for i in 0..part.len() {
        matrix.set(i, i, matrix.get(i, i) * (1.0 + RIDGE));
    }
    let y = newton(&matrix, exponent);
    let mut weights = vec![0.0; size];
    for (at, i) in part.iter().enumerate() {
        weights[*i] = y[at] * logs[at].clamp(-600.0, 600.0).exp() / norms[*i];
    }
    weights
}

/// Minimises `½·yᵀ·A·y − Σ A_ii·φ(y)` over `y > 0`.
fn newton(matrix: &Gramian, exponent: f64) -> Vec<f64> {
    let size = matrix.size();
    let diagonal: Vec<f64> = (0..size).map(|i| matrix.get(i, i)).collect();
    let phi = |y: f64| {
        if (exponent - 1.0).abs() < 1e-12 { y.ln() } else { y.powf(1.0 - exponent) / (1.0 - exponent) }
    };
    let value = |y: &[f64]| 0.5 * matrix.quadratic(y) - y.iter().zip(&diagonal).map(|(y, a)| a * phi(*y)).sum::<f64>();
    // How far each side of the equation is from the other.
    let residual = |y: &[f64], slope: &[f64]| {
        let side = |i: usize| diagonal[i] * y[i].powf(-exponent);
        (0..size).map(|i| ((slope[i] - side(i)) / side(i)).abs()).fold(0.0, f64::max)
    };
    let mut y = vec![1.0f64; size];
    for _ in 0..200 {
        let slope = matrix.times(&y);
        let wrong = residual(&y, &slope);
        if wrong < 1e-13 {
            break;
        }
        let gradient: Vec<f64> = (0..size).map(|i| slope[i] - diagonal[i] * y[i].powf(-exponent)).collect();
        let mut hessian = matrix.clone();
        for i in 0..size {
            hessian.set(i, i, diagonal[i] + diagonal[i] * exponent * y[i].powf(-exponent - 1.0));
        }
        let Some(factor) = Cholesky::new(&hessian) else { break };
        let direction: Vec<f64> = factor.solve(&gradient).iter().map(|step| -step).collect();
        let decrease: f64 = direction.iter().zip(&gradient).map(|(a, b)| a * b).sum();
        // Stay inside: at most 95% of the way to the wall.
        let wall = |(y, d): (&f64, &f64)| if *d < 0.0 { -y / d } else { f64::INFINITY };
        let mut length = (0.95 * y.iter().zip(&direction).map(wall).fold(f64::INFINITY, f64::min)).min(1.0);
        let present = value(&y);
        let mut better = None;
        for _ in 0..60 {
            let next: Vec<f64> = y.iter().zip(&direction).map(|(y, d)| y + length * d).collect();
            // Near the optimum the value is flat to within rounding, and the equation itself is the better judge.
            if value(&next) <= present + 1e-4 * length * decrease || residual(&next, &matrix.times(&next)) < 0.9 * wrong
            {
                better = Some(next);
                break;
            }
            length *= 0.5;
        }
        let Some(next) = better.filter(|next| *next != y) else { break };
        y = next;
    }
    y
}
