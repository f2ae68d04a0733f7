//! Two processes that share every batch take the steps of one.

use std::sync::{Arc, Barrier, Mutex};

use burn::tensor::Device;

use super::engine::Moment;
use super::plan;
use super::session::Session;
use super::tests::{penguins, session_of};
use super::world::{Alone, World};
use crate::lower::value::to_host;

/// Processes that are threads.
#[derive(Debug)]
struct Threads {
    rank: usize,
    numbers: Arc<Mutex<Vec<Vec<f64>>>>,
    barrier: Arc<Barrier>,
}

impl World for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.numbers.lock().unwrap().len()
    }

    fn sum(&self, values: &mut [f64]) {
        self.numbers.lock().unwrap()[self.rank] = values.to_vec();
        self.barrier.wait();
        {
            let all = self.numbers.lock().unwrap();
            assert!(all.iter().all(|one| one.len() == values.len()), "all processes add up the same");
            for (place, value) in values.iter_mut().enumerate() {
                *value = all.iter().map(|one| one[place]).sum();
            }
        }
        self.barrier.wait();
    }
}

/// The weights and the losses after some steps.
fn steps(session: &Session, world: Arc<dyn World>, count: usize) -> (Vec<f32>, Vec<Option<f64>>) {
    let mut engine = session.engine(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
    engine.world = world.clone();
    let updates = plan::epoch(&session.pipeline, &session.prepared, 1, 0).all();
    let mut losses = Vec::new();
    for (step, update) in updates.iter().take(count).enumerate() {
        let batches: Vec<_> = update.iter().map(|planned| session.prepared.batch(&world.part(&planned.rows))).collect();
        let only: Vec<_> = update.iter().map(|planned| planned.only).collect();
        let moment = Moment { step: step as u64, epoch: 0, learning_rate: 3e-3 };
        losses = engine.step(&batches, &only, moment).unwrap_or_else(|_| panic!("diverged")).losses;
    }
    (to_host(engine.model.weights.trained.clone()), losses)
}

#[test]
fn two_processes_take_the_steps_of_one() {
    for weights in
        ["by static", "by dwa", "by famo", "by upgrad(on: parameters)", "by upgrad", "by pcgrad(on: parameters)"]
    {
        let trunk = "shared trunk from concat(body, island) -> dense(16) -> relu";
        let session = session_of(&penguins(trunk, weights));
        let (alone, losses) = steps(&session, Arc::new(Alone), 5);
        let (numbers, barrier) = (Arc::new(Mutex::new(vec![Vec::new(); 2])), Arc::new(Barrier::new(2)));
        let both: Vec<_> = std::thread::scope(|scope| {
            let start = |rank| {
                let world = Arc::new(Threads { rank, numbers: numbers.clone(), barrier: barrier.clone() });
                let session = &session;
                scope.spawn(move || steps(session, world, 5))
            };
            [start(0), start(1)].map(|thread| thread.join().unwrap()).into()
        });
        assert_eq!(both[0], both[1], "{weights}: the processes agree to the bit");
        let furthest = alone.iter().zip(&both[0].0).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        assert!(furthest < 2e-4, "{weights}: the weights differ by {furthest}");
        for (one, other) in losses.iter().zip(&both[0].1) {
            let (one, other) = (one.unwrap_or(0.0), other.unwrap_or(0.0));
            assert!((one - other).abs() < 1e-3 * one.abs().max(1.0), "{weights}: {one} and {other}");
        }
    }
}
