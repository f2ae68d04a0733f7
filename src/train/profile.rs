//! What a spec's steps cost on this machine, measured: time and memory of each node, of the optimizer, and of a batch on its way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answering::{self, Answering};
use super::engine::{Engine, Moment, NoStep};
use super::plan;
use super::session::Session;
use crate::data::Batch;
use crate::lower::clock::{Clock, Cost};

/// How long is measured at least, if steps are short.
const LONG_ENOUGH: Duration = Duration::from_millis(700);

/// Steps before anything is measured, in which memory is touched for the first time; and how many are measured, at least and at most.
const WARM_UP: usize = 2;
const LEAST: usize = 3;
const MOST: usize = 200;

/// Batches that are measured in turn.
const BATCHES: usize = 4;

/// What was measured. Times are medians over the steps.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Rows of a batch, on average.
    pub rows: f64,
    /// To make a batch of what is prepared, on one thread; training does it ahead of the steps.
    pub data: Duration,
    /// A whole training step.
    pub training: Duration,
    /// Forward alone, and what is made of it.
    pub answering: Answering,
    pub optimizer: Duration,
    pub nodes: Vec<Node>,
}

/// A node of the graph. What is computed together with others that read the same value is counted at the first of them.
#[derive(Clone, Debug)]
pub struct Node {
    pub path: String,
    pub ty: String,
    pub cost: Cost,
}

impl Profile {
    /// What is in no node: losses, what balances them, and what is copied to the device and back.
    pub fn rest(&self) -> Duration {
        let nodes: Duration = self.nodes.iter().map(|node| node.cost.forward + node.cost.back).sum();
        self.training.saturating_sub(nodes + self.optimizer)
    }

    /// Of the values of one batch, and of what is kept for the way back.
    pub fn bytes(&self) -> usize {
        self.nodes.iter().map(|node| node.cost.bytes).sum()
    }
}

/// Trains a few steps and looks at the clock; `None` if there is no row to train on. The engine's weights change.
///
/// # Errors
/// If a loss is not finite.
pub fn of(session: &Session, engine: &mut Engine<'_>) -> Result<Option<Profile>, NoStep> {
    let train = &session.pipeline.train;
    let epoch = plan::epoch(&session.pipeline, &session.prepared, train.seed, 0);
    let since = Instant::now();
    let updates: Vec<(Vec<Batch>, Vec<Option<usize>>)> = (0..epoch.updates().min(BATCHES))
        .map(|update| {
            let numbers = epoch.batches_of_update(update);
            let batches = numbers.clone().map(|number| session.prepared.batch(&epoch.batch(number).rows)).collect();
            (batches, numbers.map(|number| epoch.only(number)).collect())
        })
        .collect();
    let batches: Vec<&Batch> = updates.iter().flat_map(|(batches, _)| batches).collect();
    if batches.is_empty() {
        return Ok(None);
    }
    let data = since.elapsed() / batches.len() as u32;
    let rows: usize = batches.iter().flat_map(|batch| &batch.rows).map(Vec::len).sum();
    let mut steps = 0;
    let mut step = |engine: &mut Engine<'_>| {
        let (update, only) = &updates[steps % updates.len()];
        let moment = Moment { step: steps as u64, epoch: 0, learning_rate: train.optimizer.learning_rate() };
        steps += 1;
        engine.step(update, only, moment).map(drop)
    };
    for _ in 0..WARM_UP {
        step(engine)?;
    }
    let wait = Clock::new(0, &engine.model.device);
    let training = median(&wait, || step(engine))?;
    let clock = Arc::new(Clock::new(engine.model.steps.len(), &engine.model.device));
    engine.model.clock = Some(clock.clone());
    let mut costs = Vec::new();
    for () in rounds() {
        step(engine)?;
        costs.push(clock.take());
    }
    engine.model.clock = None;
    let answering = answering::measured(&session.pipeline, &engine.model.folded(), &session.prepared, &batches);
    let nodes = engine.model.steps.iter().enumerate().map(|(index, step)| {
        let of = |what: fn(&Cost) -> Duration| middle(costs.iter().map(|(costs, _)| what(&costs[index])).collect());
        let bytes = costs.iter().map(|(costs, _)| costs[index].bytes).max().unwrap_or(0);
        Node {
            path: step.path.clone(),
            ty: step.ty.resolve(session.prepared.facts()).to_string(),
            cost: Cost { forward: of(|cost| cost.forward), back: of(|cost| cost.back), bytes },
        }
    });
    Ok(Some(Profile {
        rows: rows as f64 / batches.len() as f64,
        data,
        training,
        answering,
        optimizer: middle(costs.iter().map(|(_, optimizer)| *optimizer).collect()),
        nodes: nodes.collect(),
    }))
}

pub(super) fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Once for each time that something is to be done, again and again for long enough.
pub(super) fn rounds() -> impl Iterator<Item = ()> {
    let (since, mut count) = (Instant::now(), 0);
    std::iter::from_fn(move || {
        let more = count < LEAST || (count < MOST && since.elapsed() < LONG_ENOUGH);
        count += 1;
        more.then_some(())
    })
}

/// The median of how long it takes.
fn median(clock: &Clock, mut act: impl FnMut() -> Result<(), NoStep>) -> Result<Duration, NoStep> {
    let mut times = Vec::new();
    for () in rounds() {
        let since = clock.now();
        act()?;
        times.push(clock.now() - since);
    }
    Ok(middle(times))
}
