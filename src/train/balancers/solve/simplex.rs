//! The probability simplex: `w ≥ 0`, `Σ w = 1`.

use super::Complementarity;
use crate::train::balancers::Gramian;

/// The nearest point of the simplex (Held, Wolfe and Crowder 1974).
pub fn project_onto_simplex(point: &[f64]) -> Vec<f64> {
    let mut sorted = point.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let mut sum = 0.0;
    let mut shift = 0.0;
    for (index, value) in sorted.iter().enumerate() {
        sum += value;
        let candidate = (sum - 1.0) / (index + 1) as f64;
        if candidate >= *value && index > 0 {
            break;
        }
        shift = candidate;
    }
    // Rounding of large coordinates is taken out by the division.
    super::super::state::normalized(point.iter().map(|value| (value - shift).max(0.0)).collect())
}

/// The weights on the simplex of the shortest mixture of gradients.
///
/// With κ of the size of the shortest gradient's square, the minimum of `½·vᵀ·(G + κ·1·1ᵀ)·v − κ·1ᵀ·v` over `v ≥ 0`
/// is a positive multiple of the weights looked for: for `v = s·w` the best s leaves `½·κ·q / (κ + q)`, which grows
/// with `q = wᵀ·G·w`.
pub fn min_norm(gramian: &Gramian) -> Vec<f64> {
    let size = gramian.size();
    let smallest = (0..size).map(|i| gramian.square(i)).fold(f64::INFINITY, f64::min);
    if smallest <= f64::MIN_POSITIVE {
        // Zero is one of the gradients.
        let zero = |i| if gramian.square(i) <= f64::MIN_POSITIVE { 1.0 } else { 0.0 };
        return super::super::state::normalized((0..size).map(zero).collect());
    }
    // At κ = 1, so that no scale is too large or small for what follows.
    let inverse = 1.0 / smallest;
    let mut shifted = Gramian::zero(size);
    for i in 0..size {
        for j in 0..size {
            shifted.set(i, j, gramian.get(i, j) * inverse + 1.0);
        }
        shifted.set(i, i, gramian.square(i) * inverse + 1.0);
    }
    if !shifted.values().iter().all(|value| value.is_finite()) {
        let shortest = |i| if gramian.square(i) == smallest { 1.0 } else { 0.0 };
        return super::super::state::normalized((0..size).map(shortest).collect());
    }
    super::super::state::normalized(Complementarity::new(&shifted).solve(&vec![-1.0; size]))
}
