//! Balancers against independent figures, and under everything that can go wrong.

mod balance;
mod figures;
mod golden;
mod properties;
mod solvers;
mod speed;

use super::{Balance, BalancerState, Combination, Gramian, Setup, Step, build};
use crate::catalog::balancers::{BalancerDef, ENTRIES, find};
use crate::catalog::{ArgValue, Args};

/// A balancer by name, with these arguments and the defaults of the others.
fn def(name: &str, arguments: &[(&str, ArgValue)]) -> BalancerDef {
    let entry = find(name).expect("a balancer");
    let mut args = Args::default();
    for param in (entry.params)() {
        let given = arguments.iter().find(|(other, _)| *other == param.name).map(|(_, value)| value.clone());
        let none = ArgValue::Word("none".into());
        if let Some(value) = given.or(param.default.filter(|value| *value != none)) {
            args.values.push((param.name, value));
        }
    }
    (entry.from_args)(&args).unwrap_or_else(|| panic!("{name} does not take {arguments:?}"))
}

/// Every balancer with its defaults; `schedule` with two moments.
fn every() -> Vec<BalancerDef> {
    let at = ArgValue::List(vec![ArgValue::Integer(0), ArgValue::Integer(4)]);
    ENTRIES
        .iter()
        .map(
            |entry| {
                if entry.name == "schedule" { def("schedule", &[("at", at.clone())]) } else { def(entry.name, &[]) }
            },
        )
        .collect()
}

fn equal(count: usize) -> Vec<f64> {
    vec![1.0 / count as f64; count]
}

/// What a step is made of, owned.
#[derive(Clone, Debug)]
struct Given {
    tasks: Vec<usize>,
    lambda: Vec<f64>,
    losses: Vec<f64>,
    jacobian: Vec<Vec<f64>>,
    step: u64,
    epoch: usize,
}

impl Given {
    fn new(lambda: &[f64], losses: &[f64], jacobian: &[Vec<f64>]) -> Self {
        let tasks = (0..lambda.len()).collect();
        Self { tasks, lambda: lambda.to_vec(), losses: losses.to_vec(), jacobian: jacobian.to_vec(), step: 0, epoch: 0 }
    }

    /// Runs something on the step; with `rows`, the gradients are given too, and not only their Gramian.
    fn with<R>(&self, rows: bool, run: impl FnOnce(&Step<'_>) -> R) -> R {
        let gramian = Gramian::from_rows(&self.jacobian);
        run(&Step {
            step: self.step,
            epoch: self.epoch,
            epochs: 10,
            seed: 7,
            tasks: &self.tasks,
            count: self.lambda.len(),
            lambda: &self.lambda,
            losses: &self.losses,
            gramian: (!rows).then_some(&gramian),
            jacobian: rows.then_some(self.jacobian.as_slice()),
            representation: None,
            learning_rate: 1e-3,
        })
    }

    /// A method's raw answer.
    fn raw(&self, state: &mut dyn BalancerState, rows: bool) -> Combination {
        self.with(rows, |step| state.combine(step))
    }
}

fn start(def: &BalancerDef, lambda: &[f64]) -> Box<dyn BalancerState> {
    build(def, &Setup { lambda: lambda.to_vec(), moments: vec![lambda.to_vec(); 2] })
}

/// The update that a combination makes of these gradients.
fn update(combination: &Combination, jacobian: &[Vec<f64>]) -> Vec<f64> {
    match combination {
        Combination::Direction(direction) => direction.clone(),
        Combination::Weights(weights) => {
            let mut direction = vec![0.0; jacobian.first().map_or(0, Vec::len)];
            for (weight, gradient) in weights.iter().zip(jacobian) {
                for (out, value) in direction.iter_mut().zip(gradient) {
                    *out += weight * value;
                }
            }
            direction
        }
    }
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// The length of the difference relative to that of the expected.
fn distance(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let difference: Vec<f64> = found.iter().zip(expected).map(|(a, b)| a - b).collect();
    norm(&difference) / norm(expected).max(1e-12)
}

/// Numbers of a JSON array.
fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|value| value.as_f64().expect("a number")).collect()
}

fn matrix(value: &serde_json::Value) -> Vec<Vec<f64>> {
    value.as_array().expect("an array").iter().map(numbers).collect()
}

fn json(name: &str) -> serde_json::Value {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}
