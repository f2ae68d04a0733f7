//! Which tasks help each other, from one joint run: inter-task affinity (TAG, Fifty et al. 2021, arXiv:2109.04617).
//!
//! Every so many steps, what is shared takes a step on task i's gradient alone, and every task j is asked how its loss on
//! the same batch has changed: `Z_{i→j} = 1 − L_j(after i's step) / L_j(before)`. Positive is help. The run itself goes on
//! as if nobody had looked.

pub mod grouping;

use serde::{Deserialize, Serialize};

use super::engine::{Engine, Moment};
use super::fit::Watch;
use crate::data::Batch;

/// Mean affinities of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Affinities {
    pub tasks: Vec<String>,
    /// `affinity[i][j]`: how much a step on task i helps task j.
    pub affinity: Vec<Vec<f64>>,
    /// How often each was measured.
    pub measured: Vec<Vec<usize>>,
}

impl Affinities {
    pub fn new(tasks: Vec<String>) -> Self {
        let count = tasks.len();
        Self { tasks, affinity: vec![vec![0.0; count]; count], measured: vec![vec![0; count]; count] }
    }

    /// Takes one measurement into the means.
    fn add(&mut self, from: usize, to: usize, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.measured[from][to] += 1;
        let mean = &mut self.affinity[from][to];
        *mean += (value - *mean) / self.measured[from][to] as f64;
    }
}

/// Looks ahead while a run trains.
pub struct LookAhead<'w> {
    pub affinities: Affinities,
    /// How many steps between two looks.
    every: u64,
    inner: &'w mut dyn Watch,
}

impl<'w> LookAhead<'w> {
    pub fn new(tasks: Vec<String>, every: u64, inner: &'w mut dyn Watch) -> Self {
        Self { affinities: Affinities::new(tasks), every: every.max(1), inner }
    }
}

impl Watch for LookAhead<'_> {
    fn before_step(&mut self, engine: &mut Engine<'_>, batches: &[Batch], moment: Moment) {
        if moment.step.is_multiple_of(self.every)
            && let Some(batch) = batches.first()
        {
            look(engine, batch, moment, &mut self.affinities);
        }
        self.inner.before_step(engine, batches, moment);
    }

    fn tick(&mut self, tick: &super::fit::Tick<'_>) {
        self.inner.tick(tick);
    }

    fn epoch(&mut self, epoch: &super::fit::Epoch) -> Result<(), String> {
        self.inner.epoch(epoch)
    }

    fn interrupted(&self) -> bool {
        self.inner.interrupted()
    }
}

/// One look: a step of plain gradient descent on each task in turn, by the learning rate of the moment.
fn look(engine: &mut Engine<'_>, batch: &Batch, moment: Moment, affinities: &mut Affinities) {
    let Some((tasks, before, steps)) = engine.task_steps(batch, moment) else { return };
    let kept = engine.model.weights.trained.clone();
    for (from, step) in tasks.iter().zip(steps) {
        engine.model.weights.trained = kept.clone() - step;
        let after = engine.losses_on(batch, moment.step);
        for (place, (to, loss)) in after.into_iter().enumerate() {
            if tasks.get(place) == Some(&to) && before[place] > 0.0 {
                affinities.add(*from, to, 1.0 - loss / before[place]);
            }
        }
    }
    engine.model.weights.trained = kept;
}
