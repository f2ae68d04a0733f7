//! Whatever the losses and gradients: finite answers, and the same ones after a resume.

use proptest::prelude::*;

use super::*;
use crate::train::balancers::state::NotItsState;

/// Per-task gradients of any size from 1e-30 to 1e30, with zero, equal and opposed ones among them.
fn steps() -> impl Strategy<Value = (Vec<f64>, Vec<Given>)> {
    (1usize..6).prop_flat_map(|count| {
        let scale = || prop_oneof![Just(0.0), (-30i32..31).prop_map(|size| 10f64.powi(size)), Just(1.0), Just(-1.0)];
        let row = (prop::collection::vec(-1.0f64..1.0, 6), scale(), any::<bool>()).prop_map(|(row, scale, same)| {
            let unit = [1.0, -0.5, 0.25, 0.0, 2.0, 0.1];
            (0..6).map(|at| scale * if same { unit[at] } else { row[at] }).collect::<Vec<f64>>()
        });
        let loss = prop_oneof![Just(0.0), 0.0f64..10.0, (-30i32..31).prop_map(|size| 10f64.powi(size)), -1.0f64..0.0];
        let present = prop::collection::vec(any::<bool>(), count);
        let step = (present, prop::collection::vec(loss, count), prop::collection::vec(row, count * 3));
        let lambda = prop_oneof![
            Just(vec![1.0 / count as f64; count]),
            prop::collection::vec(0u8..4, count).prop_map(move |parts| {
                let total: f64 = parts.iter().map(|part| f64::from(*part)).sum();
                let share = |part: &u8| if total > 0.0 { f64::from(*part) / total } else { 1.0 / count as f64 };
                parts.iter().map(share).collect::<Vec<f64>>()
            })
        ];
        (lambda, prop::collection::vec(step, 1..6)).prop_map(move |(lambda, steps)| {
            let given = steps.into_iter().enumerate().map(|(index, (present, losses, rows))| Given {
                tasks: (0..count).filter(|task| present[*task]).collect(),
                lambda: lambda.clone(),
                losses: (0..count).filter(|task| present[*task]).map(|task| losses[task]).collect(),
                jacobian: rows,
                step: index as u64,
                epoch: index,
            });
            (lambda.clone(), given.collect())
        })
    })
}

/// One step with the rows that the balancer's samples need.
fn run(balance: &mut Balance, balancer: &BalancerDef, given: &Given) -> Combination {
    let mut given = given.clone();
    let present = given.tasks.len();
    given.jacobian.truncate(present * balancer.samples());
    let rows = balancer.needs() == crate::catalog::balancers::Needs::Jacobian;
    let combination = given.with(rows, |step| balance.combine(step));
    balance.after_step(&given.losses.iter().map(|loss| loss * 0.9).collect::<Vec<_>>());
    balance.end_epoch();
    combination
}

fn values(combination: &Combination) -> &[f64] {
    match combination {
        Combination::Weights(values) | Combination::Direction(values) => values,
    }
}

proptest! {
    #[test]
    fn every_answer_is_finite((lambda, steps) in steps()) {
        for balancer in every() {
            let mut balance = Balance::new(&balancer, &lambda, &[lambda.clone(), lambda.clone()]);
            for given in &steps {
                let combination = run(&mut balance, &balancer, given);
                prop_assert!(values(&combination).iter().all(|value| value.is_finite()), "{}: {combination:?}", balancer.name());
                if let Combination::Weights(weights) = &combination {
                    prop_assert_eq!(weights.len(), given.tasks.len() * balancer.samples());
                    for (at, task) in given.tasks.iter().enumerate() {
                        prop_assert!(lambda[*task] > 0.0 || weights[at] == 0.0, "{}: λ = 0 is not trained", balancer.name());
                    }
                }
            }
        }
    }

    #[test]
    fn a_saved_state_goes_on_to_the_last_bit((lambda, steps) in steps()) {
        for balancer in every() {
            let new = || Balance::new(&balancer, &lambda, &[lambda.clone(), lambda.clone()]);
            let mut whole = new();
            let mut resumed = new();
            for given in &steps {
                let text = resumed.save().to_string();
                resumed = new();
                let loaded = serde_json::from_str(&text).map_err(|error| error.to_string()).and_then(|state| resumed.load(&state).map_err(|why| why.to_string()));
                prop_assert_eq!(loaded, Ok(()), "{}: {}", balancer.name(), text);
                let (left, right) = (run(&mut whole, &balancer, given), run(&mut resumed, &balancer, given));
                let bits = |combination: &Combination| values(combination).iter().map(|value| value.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(&left), bits(&right), "{}", balancer.name());
            }
        }
    }
}

#[test]
fn a_step_of_numbers_that_are_none_is_handled() {
    for balancer in every() {
        for poison in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let lambda = equal(3);
            let mut balance = Balance::new(&balancer, &lambda, &[lambda.clone(), lambda.clone()]);
            let mut given = Given::new(&lambda, &[1.0, poison, 2.0], &vec![vec![1.0, 2.0]; 9]);
            for row in (1..9).step_by(3) {
                given.jacobian[row][0] = poison;
            }
            for _ in 0..2 {
                let combination = run(&mut balance, &balancer, &given);
                assert!(
                    values(&combination).iter().all(|value| value.is_finite()),
                    "{}: {combination:?}",
                    balancer.name()
                );
            }
            assert!(!balance.save().to_string().contains("null,\"adam\""), "{}", balancer.name());
        }
    }
}

#[test]
fn a_state_of_another_balancer_or_spec_is_refused() {
    let saved = |name: &str, count: usize| Balance::new(&def(name, &[]), &equal(count), &[]).save();
    let mut balance = Balance::new(&def("uncertainty", &[]), &equal(3), &[]);
    assert!(balance.load(&saved("dwa", 3)).is_err_and(|error| error.to_string().contains("`dwa")));
    assert_eq!(balance.load(&saved("uncertainty", 2)), Err(NotItsState::OtherNumber(3)));
    assert!(balance.load(&serde_json::Value::Null).is_err());
    let mut broken = saved("uncertainty", 3);
    broken["state"]["log_variance"] = serde_json::json!([0.0]);
    assert_eq!(balance.load(&broken), Err(NotItsState::OtherTasks));
    assert_eq!(balance.load(&saved("uncertainty", 3)), Ok(()));
}
