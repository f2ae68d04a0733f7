//! The reference directions of `tests/golden/aggregators.json`: per-task gradients in, direction out.

use super::*;

/// The names there, what they are here, and the tolerance: 1e-5, or 1e-3 where the reference itself iterates.
const METHODS: &[(&str, &str, &str, f64)] = &[
    ("mean", "static", "", 1e-12),
    ("mgda", "mgda", "", 1e-3),
    ("mgda", "mgda_ub", "", 1e-3),
    ("upgrad", "upgrad", "", 1e-5),
    ("dualproj", "dualproj", "", 1e-5),
    ("aligned_mtl_min", "aligned_mtl", "min", 1e-5),
    ("aligned_mtl_median", "aligned_mtl", "median", 1e-5),
    ("aligned_mtl_rmse", "aligned_mtl", "rmse", 1e-5),
    ("imtl_g", "imtl_g", "", 1e-5),
    ("config", "config", "", 1e-5),
    ("cagrad_c0.5", "cagrad", "", 1e-3),
    ("fairgrad_a1", "fairgrad", "", 1e-3),
    ("pcgrad", "pcgrad", "", 1e-5),
    ("nash_mtl", "nash_mtl", "", 1e-3),
];

/// Relative to the direction, or where that is (nearly) zero, to the gradients.
///
/// The reference for `mgda` is Frank and Wolfe's algorithm, which after 20,000 steps is still up to 1% of the
/// direction away from the shortest mixture; it is judged relative to the gradients that are mixed, and by length,
/// where ours must not lose.
fn error(method: &str, found: &[f64], expected: &[f64], jacobian: &[Vec<f64>]) -> f64 {
    let difference: Vec<f64> = found.iter().zip(expected).map(|(a, b)| a - b).collect();
    let longest = jacobian.iter().map(|row| norm(row)).fold(0.0, f64::max);
    if method == "mgda" {
        let longer = norm(found) > norm(expected) + 1e-9 * longest;
        return if longer { f64::INFINITY } else { norm(&difference) / longest };
    }
    norm(&difference) / norm(expected).max(1e-6 * longest)
}

/// Whether a direction is the Nash bargaining solution up to its length: `d ∝ Σ g / ⟨g, d⟩` with all gains positive.
///
/// The reference iterates on convex programs, and where the gradients differ by a factor of 10⁴ (or one is zero) it
/// stops at something else, with negative gains for some task. There ours is only asked to be a solution.
fn is_bargain(direction: &[f64], jacobian: &[Vec<f64>], tolerance: f64) -> bool {
    let gain = |row: &Vec<f64>| row.iter().zip(direction).map(|(a, b)| a * b).sum::<f64>();
    let taking_part: Vec<&Vec<f64>> = jacobian.iter().filter(|row| norm(row) > 0.0).collect();
    let mut sum = vec![0.0; direction.len()];
    for row in &taking_part {
        sum.iter_mut().zip(row.iter()).for_each(|(out, value)| *out += value / gain(row));
    }
    let length = norm(&sum) / norm(direction);
    let parallel: Vec<f64> = sum.iter().map(|value| value / length).collect();
    taking_part.iter().all(|row| gain(row) > 0.0) && distance(&parallel, direction) < tolerance
}

#[test]
fn golden_directions_by_gramian_and_by_gradients() {
    let file = json("aggregators.json");
    let cases = file["cases"].as_array().expect("cases");
    assert!(cases.len() >= 11);
    let mut problems = Vec::new();
    let mut asked = 0;
    let mut no_bargains = 0;
    for (theirs, ours, mode, tolerance) in METHODS {
        let arguments: Vec<(&str, ArgValue)> =
            if mode.is_empty() { Vec::new() } else { vec![("mode", ArgValue::Word(mode.to_string()))] };
        let balancer = def(ours, &arguments);
        for (index, case) in cases.iter().enumerate() {
            let Some(expected) = case["expected"].get(theirs).filter(|value| value.is_array()) else { continue };
            let (expected, jacobian) = (numbers(expected), matrix(&case["jacobian"]));
            let given = Given::new(&equal(jacobian.len()), &vec![1.0; jacobian.len()], &jacobian);
            for rows in [false, true] {
                asked += 1;
                let raw = given.raw(start(&balancer, &given.lambda).as_mut(), rows);
                let found = update(&raw, &jacobian);
                if *theirs == "nash_mtl" && !is_bargain(&expected, &jacobian, 1e-3) {
                    if !is_bargain(&found, &jacobian, 1e-6) || (norm(&found) - 1.0).abs() > 1e-9 {
                        problems.push(format!("case {index}: no bargain: {found:?}"));
                    }
                    no_bargains += 1;
                    continue;
                }
                let error = error(theirs, &found, &expected, &jacobian);
                if error > *tolerance {
                    problems.push(format!("{theirs}, case {index}, gradients {rows}: off by {error:e}\n  found    {found:?}\n  expected {expected:?}\n  {raw:?}"));
                }
            }
        }
    }
    assert!(asked > 250, "only {asked} were asked");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(no_bargains <= 8, "most references of nash_mtl are solutions, but {no_bargains} are not");
}

#[test]
fn golden_sum_is_the_mean_times_the_tasks() {
    for case in json("aggregators.json")["cases"].as_array().expect("cases") {
        let jacobian = matrix(&case["jacobian"]);
        let count = jacobian.len() as f64;
        let given = Given::new(&equal(jacobian.len()), &vec![1.0; jacobian.len()], &jacobian);
        let mean = update(&given.raw(start(&def("static", &[]), &given.lambda).as_mut(), false), &jacobian);
        let sum: Vec<f64> = mean.iter().map(|value| value * count).collect();
        assert!(distance(&sum, &numbers(&case["expected"]["sum"])) < 1e-12);
    }
}
