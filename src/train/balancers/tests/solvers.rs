//! The solvers against the conditions of their problems.

use proptest::prelude::*;

use super::super::solve::{Complementarity, Eigen, fair_shares, inverse_times, min_norm, project_onto_simplex};
use super::*;

/// Gradients of up to six tasks, of sizes that differ by up to 10⁸, sometimes dependent.
fn gradients() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1usize..7, 1usize..8).prop_flat_map(|(tasks, width)| {
        let row = (prop::collection::vec(-1.0f64..1.0, width), -4i32..4)
            .prop_map(|(row, size)| row.iter().map(|value| value * 10f64.powi(size)).collect::<Vec<f64>>());
        prop::collection::vec(row, tasks)
    })
}

proptest! {
    #[test]
    fn the_shortest_mixture_is_optimal(rows in gradients()) {
        let gramian = Gramian::from_rows(&rows);
        let weights = min_norm(&gramian);
        prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(weights.iter().all(|weight| *weight >= 0.0));
        // ⟨d, g⟩ ≥ ‖d‖² for every gradient, with equality where the weight is not zero.
        let square = gramian.quadratic(&weights);
        let shortest = (0..rows.len()).map(|i| gramian.square(i)).fold(f64::INFINITY, f64::min);
        for (i, product) in gramian.times(&weights).iter().enumerate() {
            let slack = 1e-7 * (shortest * gramian.square(i)).sqrt().max(shortest);
            prop_assert!(product - square >= -slack, "task {i}: {product:e} < {square:e}");
            prop_assert!(weights[i] * (product - square).abs() <= slack + 1e-9 * square);
        }
    }

    #[test]
    fn complementary_pairs_meet_their_conditions(rows in gradients(), seed in 0u64..1000) {
        let mut gramian = Gramian::from_rows(&rows);
        let size = gramian.size();
        for i in 0..size {
            gramian.set(i, i, gramian.square(i) * (1.0 + 1e-4) + 1e-9);
        }
        let draw = crate::lower::Draw::new(seed, "test", "");
        let mut solver = Complementarity::new(&gramian);
        // Twice: the second starts from the first one's table.
        for turn in 0..2 {
            let norms = gramian.norms();
            let linear: Vec<f64> = (0..size).map(|i| norms[i] * (draw.at(turn).uniform(i as u64) - 0.5)).collect();
            let v = solver.solve(&linear);
            for (i, slope) in gramian.times(&v).iter().enumerate() {
                prop_assert!(v[i] >= 0.0);
                prop_assert!(slope + linear[i] >= -1e-8 * norms[i], "slope {:e}", slope + linear[i]);
                prop_assert!(v[i] * norms[i] * (slope + linear[i]).abs() <= 1e-7 * norms[i] * (1.0 + v[i] * norms[i]));
            }
        }
    }

    #[test]
    fn fair_shares_solve_their_equation(rows in gradients(), alpha in 0.3f64..3.0) {
        let gramian = Gramian::from_rows(&rows);
        let preference: Vec<f64> = (0..rows.len()).map(|i| 0.5 + i as f64 * 0.3).collect();
        let weights = fair_shares(&gramian, &preference, alpha);
        let norms = gramian.norms();
        for (i, gain) in gramian.times(&weights).iter().enumerate().filter(|(i, _)| norms[*i] > 0.0) {
            prop_assert!(weights[i] > 0.0 && weights[i].is_finite());
            // The ridge of 1e-10 on the gradient's own square is part of the equation that is solved.
            let gain = gain + 1e-10 * gramian.square(i) * weights[i];
            let wanted = (preference[i] / weights[i]).powf(1.0 / alpha);
            // Where gradients cancel almost exactly, so does the left side, and rounding shows.
            let size: f64 = (0..rows.len()).map(|j| (gramian.get(i, j) * weights[j]).abs()).sum();
            prop_assert!((gain - wanted).abs() <= 1e-6 * wanted + 1e-11 * size, "task {i}: {gain:e} and {wanted:e}");
        }
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix(rows in gradients()) {
        let gramian = Gramian::from_rows(&rows);
        let eigen = Eigen::new(&gramian);
        let size = gramian.size();
        prop_assert!(eigen.values.windows(2).all(|pair| pair[0] >= pair[1]));
        for i in 0..size {
            for j in 0..size {
                let sum: f64 = eigen.values.iter().zip(&eigen.vectors).map(|(value, vector)| value * vector[i] * vector[j]).sum();
                prop_assert!((sum - gramian.get(i, j)).abs() <= 1e-12 * gramian.trace());
            }
        }
    }

    #[test]
    fn the_nearest_point_of_the_simplex_is_on_it_and_nearest(point in prop::collection::vec(-3.0f64..3.0, 1..8)) {
        let nearest = project_onto_simplex(&point);
        prop_assert!((nearest.iter().sum::<f64>() - 1.0).abs() < 1e-12 && nearest.iter().all(|value| *value >= 0.0));
        // Optimal: no corner lies on the far side.
        let away: Vec<f64> = nearest.iter().zip(&point).map(|(a, b)| a - b).collect();
        let here: f64 = nearest.iter().zip(&away).map(|(a, b)| a * b).sum();
        prop_assert!(away.iter().all(|corner| *corner >= here - 1e-9));
    }
}

#[test]
fn a_singular_system_gets_its_shortest_solution() {
    let ones = Gramian::new(3, vec![1.0; 9]);
    let solution = inverse_times(&ones, &[1.0; 3]);
    assert!(solution.iter().all(|value| (value - 1.0 / 3.0).abs() < 1e-12), "{solution:?}");
}

#[test]
fn opposed_gradients_cancel() {
    let weights = min_norm(&Gramian::from_rows(&[vec![3.0, 0.0], vec![-1.0, 0.0]]));
    assert!(distance(&weights, &[0.25, 0.75]) < 1e-9, "{weights:?}");
}
