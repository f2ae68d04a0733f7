//! λ, absent tasks and the scale of the update.

use super::*;
use crate::catalog::balancers::Lambda;

/// Orthogonal gradients of one length: no method has a reason to prefer a task.
fn fair(count: usize) -> Vec<Vec<f64>> {
    (0..count).map(|own| (0..count).map(|at| if at == own { 1.0 } else { 0.0 }).collect()).collect()
}

fn weights(balance: &mut Balance, given: &Given) -> Vec<f64> {
    match given.with(true, |step| balance.combine(step)) {
        Combination::Weights(weights) => weights,
        Combination::Direction(direction) => direction,
    }
}

#[test]
fn between_equal_tasks_every_balancer_gives_the_mean() {
    // Those whose very idea is another length or draw, each with its reason.
    let differs = [
        "cagrad",   // up to 1 + c times the mean
        "config",   // the length is a sum of projections on a direction in between
        "db_mtl",   // starts its smoothed gradients from zero
        "moco",     // likewise
        "nash_mtl", // cut to length 1
        "rlw",      // random
    ];
    for balancer in every().into_iter().filter(|balancer| !differs.contains(&balancer.name())) {
        for count in [2, 5] {
            let lambda = equal(count);
            let mut balance = Balance::new(&balancer, &lambda, &[lambda.clone(), lambda.clone()]);
            let samples = balancer.samples();
            let given = Given::new(&lambda, &vec![1.0; count], &vec![fair(count); samples].concat());
            let found = weights(&mut balance, &given);
            let task = |task: usize| -> f64 { found.iter().skip(task).step_by(count).sum() };
            for at in 0..count {
                // FairGrad and ConFIG aside, equal gradients are weighed 1/T to within the methods' ridges.
                assert!((task(at) - 1.0 / count as f64).abs() < 1e-3, "{}, {count} tasks: {found:?}", balancer.name());
            }
        }
    }
}

#[test]
fn absent_tasks_leave_the_others_as_under_static_weights() {
    for name in ["static", "mgda", "upgrad", "pcgrad", "aligned_mtl", "uncertainty", "dwa", "geometric"] {
        let lambda = equal(4);
        let mut balance = Balance::new(&def(name, &[]), &lambda, &[]);
        let given = Given { tasks: vec![1, 3], losses: vec![1.0; 2], ..Given::new(&lambda, &[], &fair(2)) };
        let found = weights(&mut balance, &given);
        assert!(found.iter().all(|weight| (weight - 0.25).abs() < 1e-3), "{name}: {found:?}");
        assert_eq!(balance.weights().iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false, true]);
    }
}

#[test]
fn unequal_weights_lean_the_right_way() {
    for balancer in every() {
        let preferred = match balancer.lambda() {
            Lambda::Scales | Lambda::Preference => true,
            Lambda::Initial => balancer.name() != "moco",
            Lambda::Refused => false,
        };
        // Random weights lean only on average.
        if !preferred || balancer.name() == "rlw" {
            continue;
        }
        let lambda = [0.6, 0.3, 0.1];
        // With its default pull the shortest mixture, which evens out, is the stronger part.
        let strong = def("sdmgrad", &[("pull", ArgValue::Number(5.0))]);
        let balancer = if balancer.name() == "sdmgrad" { strong } else { balancer };
        let mut balance = Balance::new(&balancer, &lambda, &[lambda.to_vec(), lambda.to_vec()]);
        let given = Given::new(&lambda, &[1.0; 3], &vec![fair(3); balancer.samples()].concat());
        let found = weights(&mut balance, &given);
        let task = |task: usize| -> f64 { found.iter().skip(task).step_by(3).sum() };
        assert!(task(0) > task(1) && task(1) > task(2), "{}: {found:?}", balancer.name());
    }
}

#[test]
fn static_weights_are_the_written_ones() {
    let lambda = [0.5, 0.3, 0.2];
    let mut balance = Balance::new(&def("static", &[]), &lambda, &[]);
    let given = Given::new(&lambda, &[3.0, 1.0, 9.0], &fair(3));
    assert!(distance(&weights(&mut balance, &given), &lambda) < 1e-15);
}

#[test]
fn a_schedule_moves_between_its_moments() {
    let at = ArgValue::List([2, 4].map(ArgValue::Integer).to_vec());
    let moments = [vec![0.8, 0.2], vec![0.0, 1.0]];
    let expected = [("linear", [0.8, 0.8, 0.8, 0.4, 0.0, 0.0]), ("step", [0.8, 0.8, 0.8, 0.8, 0.0, 0.0])];
    for (between, expected) in expected {
        let arguments = [("at", at.clone()), ("between", ArgValue::Word(between.into()))];
        let mut balance = Balance::new(&def("schedule", &arguments), &moments[0], &moments);
        for (epoch, first) in expected.iter().enumerate() {
            let given = Given { epoch, ..Given::new(&moments[0], &[1.0, 1.0], &fair(2)) };
            let found = weights(&mut balance, &given);
            assert!((found[0] - first).abs() < 1e-12 && (found[1] - (1.0 - first)).abs() < 1e-12, "{epoch}: {found:?}");
        }
    }
}

#[test]
fn draws_depend_on_seed_and_step_alone() {
    for balancer in every().into_iter().filter(|balancer| !balancer.deterministic()) {
        let jacobian = vec![vec![1.0, -2.0, 0.5], vec![-1.0, 1.5, 0.1], vec![0.3, 0.4, -2.0]];
        let lambda = equal(3);
        let at = |step: u64| {
            let given = Given { step, ..Given::new(&lambda, &[1.0; 3], &jacobian) };
            weights(&mut Balance::new(&balancer, &lambda, &[]), &given)
        };
        assert_eq!(at(3), at(3), "{}", balancer.name());
        assert!((0..20).any(|step| at(step) != at(3)), "{}", balancer.name());
    }
}

#[test]
fn no_gradient_method_worsens_a_task_that_it_promises_not_to() {
    // ⟨d, g⟩ ≥ 0 for every task, on gradients that conflict.
    let jacobian = vec![vec![1.0, 0.1, 0.0], vec![-0.9, 0.5, 0.1], vec![0.0, -0.3, 1.0]];
    for name in ["mgda", "upgrad", "dualproj", "aligned_mtl", "nash_mtl", "fairgrad", "config", "imtl_g"] {
        let given = Given::new(&equal(3), &[1.0; 3], &jacobian);
        let raw = given.raw(start(&def(name, &[]), &equal(3)).as_mut(), false);
        let direction = update(&raw, &jacobian);
        for gradient in &jacobian {
            let product: f64 = direction.iter().zip(gradient).map(|(a, b)| a * b).sum();
            assert!(product > -1e-3, "{name}: {product:e}");
        }
    }
}
