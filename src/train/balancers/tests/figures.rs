//! Figures of `tests/golden/balancers.json`, made by `scripts/balancer_figures.py`: methods with a memory, and
//! preferences.

use serde_json::Value;

use super::*;

fn argument(value: &Value) -> ArgValue {
    match value {
        Value::Bool(value) => ArgValue::Bool(*value),
        Value::Number(number) if number.is_u64() => ArgValue::Integer(number.as_i64().expect("small")),
        other => ArgValue::Number(other.as_f64().expect("a number")),
    }
}

fn arguments(value: &Value) -> Vec<(&str, ArgValue)> {
    value.as_object().expect("arguments").iter().map(|(name, value)| (name.as_str(), argument(value))).collect()
}

/// `upgrad`, `cagrad(c: 0.2)`, `aligned_mtl(mode: rmse)`.
fn written(text: &str) -> BalancerDef {
    let Some((name, rest)) = text.split_once('(') else { return def(text, &[]) };
    let (key, value) = rest.trim_end_matches(')').split_once(": ").expect("key: value");
    let value = value.parse().map_or_else(|_| ArgValue::Word(value.into()), ArgValue::Number);
    def(name, &[(key, value)])
}

#[test]
fn methods_with_a_memory_follow_the_reference_step_by_step() {
    let file = json("balancers.json");
    let sequences = file["sequences"].as_array().expect("sequences");
    assert!(sequences.len() >= 14);
    for sequence in sequences {
        let name = sequence["method"].as_str().expect("a name");
        let losses = matrix(&sequence["losses"]);
        let lambda = equal(losses[0].len());
        let mut state = start(&def(name, &arguments(&sequence["arguments"])), &lambda);
        for (step, loss) in losses.iter().enumerate() {
            let jacobian = match sequence.get("jacobians") {
                Some(all) => matrix(&all[step]),
                None => vec![vec![0.0]; loss.len()],
            };
            let given = Given { step: step as u64, ..Given::new(&lambda, loss, &jacobian) };
            let (found, expected) = match given.raw(state.as_mut(), true) {
                Combination::Weights(weights) => (weights, numbers(&sequence["weights"][step])),
                Combination::Direction(direction) => (direction, numbers(&sequence["direction"][step])),
            };
            let error = distance(&found, &expected);
            assert!(error < 1e-6, "{name}, step {step}: off by {error:e}: {found:?}, expected {expected:?}");
            if sequence["after"].is_array() {
                state.after_step(&numbers(&sequence["after"][step]));
            }
            if sequence["steps_per_epoch"].as_u64().is_some_and(|steps| (step as u64 + 1).is_multiple_of(steps)) {
                state.end_epoch();
            }
        }
    }
}

#[test]
fn methods_of_two_samples_follow_the_reference() {
    for sequence in json("balancers.json")["sampled"].as_array().expect("sequences") {
        let name = sequence["method"].as_str().expect("a name");
        let balancer = def(name, &arguments(&sequence["arguments"]));
        let samples = balancer.samples();
        let lambda = equal(3);
        let mut state = start(&balancer, &lambda);
        for (step, expected) in matrix(&sequence["weights"]).iter().enumerate() {
            let mut jacobian = [matrix(&sequence["first"][step]), matrix(&sequence["second"][step])].concat();
            // The third sample only takes the weights.
            jacobian.extend(vec![vec![1.0; 5]; (samples - 2) * 3]);
            let given = Given::new(&lambda, &[1.0; 3], &jacobian);
            let Combination::Weights(weights) = given.raw(state.as_mut(), false) else {
                panic!("{name} gives weights")
            };
            assert_eq!(weights.len(), samples * 3);
            let found: Vec<f64> = (0..3).map(|task| weights.iter().skip(task).step_by(3).sum()).collect();
            let error = distance(&found, expected);
            assert!(error < 1e-6, "{name}, step {step}: off by {error:e}: {found:?}, expected {expected:?}");
        }
    }
}

#[test]
fn preferences_and_parameters_follow_the_reference() {
    for case in json("balancers.json")["directions"].as_array().expect("cases") {
        let (jacobian, lambda) = (matrix(&case["jacobian"]), numbers(&case["lambda"]));
        let given = Given::new(&lambda, &vec![1.0; lambda.len()], &jacobian);
        for (text, expected) in case["expected"].as_object().expect("expected") {
            let found = update(&given.raw(start(&written(text), &lambda).as_mut(), false), &jacobian);
            let error = distance(&found, &numbers(expected));
            // CAGrad and FairGrad are solved by iteration in the reference.
            let tolerance = if text.starts_with("cagrad") || text.starts_with("fairgrad") { 1e-3 } else { 1e-5 };
            assert!(error < tolerance, "{text}: off by {error:e}: {found:?}, expected {expected:?}");
        }
    }
}

#[test]
fn dropped_signs_are_those_of_the_definition() {
    // Where all gradients have one sign, all pass; where they differ, the sum of one sign or of the other.
    let jacobian = vec![vec![1.0, 2.0, -3.0, 0.0], vec![2.0, -1.0, -1.0, 0.0], vec![0.5, -4.0, 0.0, 0.0]];
    let mut seen = std::collections::BTreeMap::new();
    for step in 0..4000 {
        let given = Given { step, ..Given::new(&equal(3), &[1.0; 3], &jacobian) };
        let direction = update(&given.raw(start(&def("graddrop", &[]), &equal(3)).as_mut(), true), &jacobian);
        assert_eq!((direction[0], direction[2], direction[3]), (3.5, -4.0, 0.0));
        *seen.entry(format!("{}", direction[1])).or_insert(0) += 1;
    }
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["-5", "2"]);
    // Purity: ½·(1 + (2 − 1 − 4) / 7) = 2/7.
    assert!((seen["2"] as f64 / 4000.0 - 2.0 / 7.0).abs() < 0.03, "{seen:?}");
    let leaky = def("graddrop", &[("leak", ArgValue::Number(1.0))]);
    let given = Given::new(&equal(3), &[1.0; 3], &jacobian);
    assert_eq!(update(&given.raw(start(&leaky, &equal(3)).as_mut(), true), &jacobian), [3.5, -3.0, -4.0, 0.0]);
}

#[test]
fn at_the_representation_all_rows_drop_the_same_sign() {
    // Two rows of two features; the first task pushes feature 0 outwards in both rows, the second inwards.
    let jacobian = vec![vec![1.0, 1.0, -1.0, 1.0], vec![-1.0, 1.0, 1.0, 1.0]];
    let given = Given::new(&equal(2), &[1.0; 2], &jacobian);
    let activation = [2.0, 1.0, -2.0, 1.0];
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..40 {
        let direction = given.with(true, |given| {
            let representation = Some(super::super::Representation { rows: 2, values: &activation });
            update(
                &start(&def("graddrop", &[]), &equal(2)).combine(&Step { representation, step, ..*given }),
                &jacobian,
            )
        });
        assert_eq!((direction[1], direction[3]), (2.0, 2.0));
        seen.insert(format!("{} {}", direction[0], direction[2]));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["-1 1", "1 -1"]);
}

#[test]
fn random_weights_have_the_mean_and_form_of_their_distribution() {
    for word in ["normal", "uniform", "dirichlet", "bernoulli", "one"] {
        let balancer = def("rlw", &[("distribution", ArgValue::Word(word.into()))]);
        let mut mean = [0.0; 3];
        for step in 0..6000 {
            let given = Given { step, ..Given::new(&equal(3), &[1.0; 3], &vec![vec![1.0]; 3]) };
            let Combination::Weights(weights) = given.raw(start(&balancer, &equal(3)).as_mut(), false) else {
                panic!("weights")
            };
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12 && weights.iter().all(|weight| *weight >= 0.0));
            match word {
                "one" => assert_eq!(weights.iter().filter(|weight| **weight > 0.0).count(), 1),
                "bernoulli" => assert!(weights.iter().all(|weight| [0.0, 1.0 / 3.0, 0.5, 1.0].contains(weight))),
                _ => assert!(weights.iter().all(|weight| *weight > 0.0)),
            }
            for (sum, weight) in mean.iter_mut().zip(&weights) {
                *sum += weight / 6000.0;
            }
        }
        assert!(mean.iter().all(|mean| (mean - 1.0 / 3.0).abs() < 0.02), "{word}: {mean:?}");
    }
}

#[test]
fn projections_in_any_order_follow_the_definition() {
    // PCGrad on the gradients themselves, for the orders that the method drew or any other: one of the finitely many
    // results.
    let jacobian = vec![vec![1.0, 0.2, -0.4], vec![-0.8, 1.0, 0.1], vec![0.1, -1.5, 0.3]];
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let project = |own: usize, order: [usize; 2]| {
        let mut gradient = jacobian[own].clone();
        for other in order {
            let product = dot(&gradient, &jacobian[other]);
            if product < 0.0 {
                let factor = product / dot(&jacobian[other], &jacobian[other]);
                gradient.iter_mut().zip(&jacobian[other]).for_each(|(out, value)| *out -= factor * value);
            }
        }
        gradient
    };
    let mut results: Vec<Vec<f64>> = Vec::new();
    for bits in 0..8 {
        let order = |own: usize, others: [usize; 2]| if bits >> own & 1 == 0 { others } else { [others[1], others[0]] };
        let parts = [project(0, order(0, [1, 2])), project(1, order(1, [0, 2])), project(2, order(2, [0, 1]))];
        results.push((0..3).map(|at| parts.iter().map(|part| part[at]).sum()).collect());
    }
    let mut found = std::collections::BTreeSet::new();
    for step in 0..100 {
        let given = Given { step, ..Given::new(&equal(3), &[1.0; 3], &jacobian) };
        let direction = update(&given.raw(start(&def("pcgrad", &[]), &equal(3)).as_mut(), false), &jacobian);
        let at = results.iter().position(|result| distance(&direction, result) < 1e-12);
        found.insert(at.expect("one of the eight"));
    }
    assert!(found.len() > 2, "the orders differ from step to step: {found:?}");
}
