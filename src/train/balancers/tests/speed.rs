//! A hundred tasks.

use std::time::{Duration, Instant};

use super::*;

#[test]
fn a_hundred_tasks_take_no_time_to_speak_of() {
    let count = 100;
    let draw = crate::lower::Draw::new(1, "test", "speed");
    let jacobian: Vec<Vec<f64>> = (0..300)
        .map(|task| (0..150).map(|at| draw.at(task).normal(at) + if at == 0 { 2.0 } else { 0.0 }).collect())
        .collect();
    let lambda = equal(count);
    for balancer in every() {
        let mut balance = Balance::new(&balancer, &lambda, &[lambda.clone(), lambda.clone()]);
        let rows: Vec<Vec<f64>> = jacobian[..count * balancer.samples()].to_vec();
        let given = Given::new(&lambda, &vec![1.0; count], &rows);
        let needs_rows = balancer.needs() == crate::catalog::balancers::Needs::Jacobian;
        let spent = given.with(needs_rows, |step| {
            let start = Instant::now();
            balance.combine(step);
            start.elapsed()
        });
        eprintln!("{:12} {:8.2} ms", balancer.name(), spent.as_secs_f64() * 1e3);
        // Generous: the dev profile does not optimise this crate, and other tests run beside.
        assert!(spent < Duration::from_secs(20), "{}: {spent:?}", balancer.name());
    }
}
