//! Which rows of which data set are trained on, in which order: the batches of an epoch.
//!
//! Mixed batches draw among data sets, batches per task among tasks. What is drawn from goes through its rows in a
//! shuffled order and starts again, shuffled anew, when an epoch is longer than it. Every order is a function of (seed,
//! name, epoch, round), so that an epoch can be planned without the ones before it.

use std::sync::Arc;

use super::world::World;
use crate::catalog::losses::LossUnit;
use crate::data::{BatchPlan, PartRows, Parts, Prepared, RowSet};
use crate::lower::Draw;
use crate::pipeline::{Batches, Epoch, LossTerm, Part, Pipeline, Resample};

/// For each data set of the pipeline, the rows of one batch.
pub type BatchRows = Vec<Vec<usize>>;

/// One batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub rows: BatchRows,
    /// The one task that learns from it; `None` if all do.
    pub only: Option<usize>,
}

/// What rows are drawn from: a data set, or the labelled rows of a task.
struct Source {
    name: String,
    data: usize,
    task: Option<usize>,
    rows: RowSet,
    /// Rows by class, with the share of each, if classes are drawn by shares.
    classes: Option<Vec<(f64, Vec<u32>)>>,
}

/// The rows of an epoch in their order; its batches are cut when they are asked for, so that twenty million rows are as many small
/// numbers and nothing else.
#[derive(Debug)]
pub struct Plan {
    /// How many data sets the pipeline has.
    sets: usize,
    /// Rows per batch, and batches per update.
    size: usize,
    accumulate: usize,
    order: Order,
}

#[derive(Debug)]
enum Order {
    /// All rows one after the other, each with its data set unless there is one alone.
    Mixed { rows: Vec<u32>, data: usize, sets: Vec<u16> },
    /// Batches of one task each: which, and the number of the batch among those of the task.
    PerTask { tasks: Vec<DrawnTask>, turns: Vec<(u16, u32)> },
}

/// The rows of a task in an epoch.
#[derive(Debug)]
struct DrawnTask {
    rows: Vec<u32>,
    data: usize,
    task: Option<usize>,
}

impl Plan {
    /// How many batches there are.
    pub fn batches(&self) -> usize {
        match &self.order {
            Order::Mixed { rows, .. } => batches_of(rows.len(), self.size),
            Order::PerTask { turns, .. } => turns.len(),
        }
    }

    /// How many updates there are, each of as many batches as gradients are accumulated over.
    pub fn updates(&self) -> usize {
        self.batches().div_ceil(self.accumulate)
    }

    /// The numbers of the batches of an update.
    pub fn batches_of_update(&self, update: usize) -> std::ops::Range<usize> {
        let start = update * self.accumulate;
        start..(start + self.accumulate).min(self.batches())
    }

    /// A batch by its number.
    pub fn batch(&self, number: usize) -> Planned {
        let mut batch = vec![Vec::new(); self.sets];
        let widened = |rows: &[u32]| rows.iter().map(|row| *row as usize).collect();
        match &self.order {
            Order::Mixed { rows, data, sets } => {
                let range = batch_range(rows.len(), self.size, number);
                if sets.is_empty() {
                    batch[*data] = widened(&rows[range]);
                } else {
                    let of = range.clone().zip(&rows[range]);
                    of.for_each(|(place, row)| batch[usize::from(sets[place])].push(*row as usize));
                }
                Planned { rows: batch, only: None }
            }
            Order::PerTask { tasks, turns } => {
                let (task, number) = turns[number];
                let task = &tasks[usize::from(task)];
                batch[task.data] = widened(&task.rows[batch_range(task.rows.len(), self.size, number as usize)]);
                Planned { rows: batch, only: task.task }
            }
        }
    }

    /// The one task that learns from a batch.
    pub fn only(&self, number: usize) -> Option<usize> {
        match &self.order {
            Order::Mixed { .. } => None,
            Order::PerTask { tasks, turns } => tasks[usize::from(turns[number].0)].task,
        }
    }

    /// All batches, update by update.
    pub fn all(&self) -> Vec<Vec<Planned>> {
        let update = |update| self.batches_of_update(update).map(|number| self.batch(number)).collect();
        (0..self.updates()).map(update).collect()
    }
}

/// What is left of an epoch from an update on, as one of several processes has it.
pub struct From {
    plan: Arc<Plan>,
    skipped: usize,
    world: Arc<dyn World>,
}

impl From {
    pub fn new(plan: Arc<Plan>, update: usize, world: Arc<dyn World>) -> Self {
        let skipped = (update * plan.accumulate).min(plan.batches());
        Self { plan, skipped, world }
    }
}

impl BatchPlan for From {
    fn batches(&self) -> usize {
        self.plan.batches() - self.skipped
    }

    fn rows(&self, batch: usize) -> BatchRows {
        self.world.part(&self.plan.batch(self.skipped + batch).rows)
    }
}

/// The updates of an epoch.
pub fn epoch(pipeline: &Pipeline, prepared: &Prepared, seed: u64, epoch: usize) -> Plan {
    let per_task = pipeline.train.batches == Batches::PerTask;
    let sources = if per_task { tasks(pipeline, prepared) } else { data_sets(pipeline, prepared) };
    let sizes: Vec<usize> = sources.iter().map(|source| source.rows.len()).collect();
    let shares = pipeline.train.sampling.shares(&sizes, epoch, pipeline.train.epochs);
    let quotas = quotas(pipeline, &sizes, &shares);
    let order = Draw::new(seed, "order", "").at(epoch as u64);
    let size = pipeline.train.batch.max(1);
    let drawn = sources.iter().zip(&quotas).map(|(source, quota)| source.drawn(*quota, seed, epoch));
    let in_turn = pipeline.train.sampling.in_turn();
    let order = if per_task {
        let tasks = sources.iter().zip(drawn);
        let tasks = tasks.map(|(source, rows)| DrawnTask { rows, data: source.data, task: source.task });
        let tasks: Vec<DrawnTask> = tasks.collect();
        let counts: Vec<usize> = tasks.iter().map(|task| batches_of(task.rows.len(), size)).collect();
        let mut next = vec![0; tasks.len()];
        let turn = |task: u16| {
            let number = &mut next[usize::from(task)];
            *number += 1;
            (task, *number - 1)
        };
        Order::PerTask { turns: turns(&counts, in_turn, order).into_iter().map(turn).collect(), tasks }
    } else {
        mixed(&sources, drawn.collect(), in_turn, order)
    };
    Plan { sets: pipeline.data.len(), size, accumulate: pipeline.train.accumulate.max(1), order }
}

/// How many rows of each source an epoch has.
fn quotas(pipeline: &Pipeline, sizes: &[usize], shares: &[f64]) -> Vec<usize> {
    let drawn = || sizes.iter().zip(shares).filter(|(size, share)| **size > 0 && **share > 0.0);
    let seen_once = |(size, share): (&usize, &f64)| *size as f64 / share;
    let total = match pipeline.train.epoch {
        Epoch::Longest => drawn().max_by_key(|(size, _)| **size).map_or(0.0, seen_once),
        Epoch::Shortest => drawn().min_by_key(|(size, _)| **size).map_or(0.0, seen_once),
        Epoch::Sum => drawn().map(|(size, _)| *size as f64).sum(),
        Epoch::Steps(steps) => (steps * pipeline.train.accumulate.max(1) * pipeline.train.batch) as f64,
    };
    shares.iter().map(|share| (total * share).round() as usize).collect()
}

fn data_sets(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Source> {
    (0..pipeline.data.len())
        .filter(|data| is_used(pipeline, *data))
        .map(|data| {
            let rows = prepared.parts().0[data].train.clone();
            let resampled = (0..pipeline.tasks.len()).find(|task| {
                pipeline.tasks[*task].label.data == data && pipeline.tasks[*task].resample != Resample::None
            });
            let classes = resampled.and_then(|task| by_class(pipeline, prepared, task, &rows));
            Source { name: pipeline.data[data].name.clone(), data, task: None, rows, classes }
        })
        .collect()
}

fn tasks(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Source> {
    pipeline
        .tasks
        .iter()
        .enumerate()
        .map(|(index, task)| {
            let data = task.label.data;
            let rows = prepared.parts().0[data].train.both(prepared.takes_part(index));
            let classes = by_class(pipeline, prepared, index, &rows);
            Source { name: task.name.clone(), data, task: Some(index), rows, classes }
        })
        .collect()
}

/// A task's rows by the class of its label, with the share that each is drawn by; rows without label keep theirs.
fn by_class(pipeline: &Pipeline, prepared: &Prepared, task: usize, rows: &RowSet) -> Option<Vec<(f64, Vec<u32>)>> {
    let resample = &pipeline.tasks[task].resample;
    if *resample == Resample::None {
        return None;
    }
    let (label, present) = (prepared.label(task), prepared.takes_part(task));
    let values = label.classes()?;
    let count = prepared.classes(task).map_or(0, <[String]>::len);
    let (mut classes, mut without) = (vec![Vec::new(); count], Vec::new());
    for row in rows {
        let of = if present.contains(row) { &mut classes[values[row] as usize] } else { &mut without };
        of.push(row as u32);
    }
    let written = |class: usize| match resample {
        Resample::Given(shares) => shares.get(class).copied().unwrap_or(0.0),
        _ => 1.0,
    };
    // A class without rows cannot be drawn; the others share its part.
    let share = |class: usize| if classes[class].is_empty() { 0.0 } else { written(class) };
    let total: f64 = (0..count).map(share).sum();
    let labelled = (rows.len() - without.len()) as f64 / rows.len().max(1) as f64;
    let mut shares: Vec<f64> = (0..count).map(|class| labelled * share(class) / total.max(f64::MIN_POSITIVE)).collect();
    shares.push(1.0 - labelled);
    classes.push(without);
    Some(shares.into_iter().zip(classes).filter(|(_, rows)| !rows.is_empty()).collect())
}

impl Source {
    /// The rows of an epoch, `quota` of them.
    fn drawn(&self, quota: usize, seed: u64, epoch: usize) -> Vec<u32> {
        let draw = |name: &str| Draw::new(seed, "shuffle", name).at(epoch as u64);
        match &self.classes {
            None => rounds(self.rows.iter().map(|row| row as u32), self.rows.len(), quota, draw(&self.name)),
            Some(classes) => {
                let mut rows = Vec::with_capacity(quota);
                for (class, (share, members)) in classes.iter().enumerate() {
                    let quota = (quota as f64 * share).round() as usize;
                    rows.extend(rounds(
                        members.iter().copied(),
                        members.len(),
                        quota,
                        draw(&format!("{}/{class}", self.name)),
                    ));
                }
                draw(&format!("{}/all", self.name)).shuffle(&mut rows);
                rows
            }
        }
    }
}

/// `quota` of the rows: shuffled, and shuffled anew when they are through.
fn rounds(rows: impl Iterator<Item = u32> + Clone, count: usize, quota: usize, draw: Draw) -> Vec<u32> {
    let mut drawn = Vec::with_capacity(quota.max(count));
    let mut round = 0;
    while drawn.len() < quota && count > 0 {
        let start = drawn.len();
        drawn.extend(rows.clone());
        draw.at(round).shuffle(&mut drawn[start..]);
        drawn.truncate(quota);
        round += 1;
    }
    drawn
}

/// The rows of several sources, each as often as it has some, in the order in which it is their turn.
fn mixed(sources: &[Source], drawn: Vec<Vec<u32>>, in_turn: bool, order: Draw) -> Order {
    let mut drawn = drawn;
    if let ([source], Some(rows)) = (sources, drawn.pop_if(|_| sources.len() == 1)) {
        return Order::Mixed { rows, data: source.data, sets: Vec::new() };
    }
    let turns = turns(&drawn.iter().map(Vec::len).collect::<Vec<_>>(), in_turn, order);
    let mut next: Vec<_> = drawn.into_iter().map(Vec::into_iter).collect();
    let (mut rows, mut sets) = (Vec::with_capacity(turns.len()), Vec::with_capacity(turns.len()));
    for source in turns {
        if let Some(row) = next[usize::from(source)].next() {
            rows.push(row);
            sets.push(sources[usize::from(source)].data as u16);
        }
    }
    Order::Mixed { rows, data: 0, sets }
}

/// Whose turn it is: each source as often as it has something, shuffled or one after the other.
fn turns(counts: &[usize], in_turn: bool, order: Draw) -> Vec<u16> {
    if in_turn {
        let rounds = counts.iter().copied().max().unwrap_or(0);
        let round = |round| (0..counts.len()).filter(move |source| counts[*source] > round).map(|source| source as u16);
        return (0..rounds).flat_map(round).collect();
    }
    let each = counts.iter().enumerate();
    let mut turns: Vec<u16> = each.flat_map(|(source, count)| std::iter::repeat_n(source as u16, *count)).collect();
    if counts.len() > 1 {
        order.shuffle(&mut turns);
    }
    turns
}

/// How many batches rows are cut into. A last batch of one row joins the one before: what normalises over a batch needs two.
fn batches_of(rows: usize, size: usize) -> usize {
    let batches = rows.div_ceil(size);
    batches - usize::from(batches > 1 && size > 1 && rows % size == 1)
}

/// Where a batch lies among rows.
fn batch_range(rows: usize, size: usize, number: usize) -> std::ops::Range<usize> {
    let start = number * size;
    start..if number + 1 == batches_of(rows, size) { rows } else { start + size }
}

/// The batches in which rows are evaluated: data set by data set, in the order of the file.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Rows per batch.
    size: usize,
    rows: Vec<RowSet>,
}

impl Evaluation {
    fn new(pipeline: &Pipeline, rows: Vec<RowSet>) -> Self {
        let size = if pipeline.evaluate.batch > 0 { pipeline.evaluate.batch } else { pipeline.train.batch.max(256) };
        Self { size, rows }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(RowSet::is_empty)
    }
}

impl BatchPlan for Evaluation {
    fn batches(&self) -> usize {
        self.rows.iter().map(|rows| rows.len().div_ceil(self.size)).sum()
    }

    fn rows(&self, batch: usize) -> BatchRows {
        let mut all = vec![Vec::new(); self.rows.len()];
        let mut number = batch;
        for (rows, batch) in self.rows.iter().zip(&mut all) {
            let own = rows.len().div_ceil(self.size);
            if number < own {
                *batch = rows.at_places(number * self.size..(number + 1) * self.size);
                break;
            }
            number -= own;
        }
        all
    }
}

/// The batches in which a part is evaluated.
pub fn evaluation(pipeline: &Pipeline, parts: &Parts, part: Part) -> Evaluation {
    let of = |(data, rows): (usize, &PartRows)| match is_used(pipeline, data) {
        true => rows.of(part).clone(),
        false => RowSet::default(),
    };
    Evaluation::new(pipeline, parts.0.iter().enumerate().map(of).collect())
}

/// The batches in which rows of a data set are evaluated.
pub fn of_rows(pipeline: &Pipeline, data: usize, rows: RowSet) -> Evaluation {
    let mut all = vec![RowSet::default(); pipeline.data.len()];
    all[data] = rows;
    Evaluation::new(pipeline, all)
}

/// Whether some task's head has rows of a data set.
pub fn is_used(pipeline: &Pipeline, data: usize) -> bool {
    pipeline.tasks.iter().flat_map(|task| &task.outputs).any(|(_, node)| pipeline.node(*node).rows.contains(&data))
}

/// What makes a mean of a task's loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// ρ_t: the share of the rows that the task sees in training that have its label.
    pub share: f64,
    /// Of each target, how many places (tokens, pixels) such a row has on average.
    pub places: Vec<f64>,
    /// Of each target, the share of such rows that have something to compare with.
    pub having: Vec<f64>,
}

impl Labelled {
    /// How many of what a term counts a row has on average.
    pub fn units(&self, term: &LossTerm) -> f64 {
        match term.unit {
            LossUnit::Row => self.having[term.target].max(f64::MIN_POSITIVE),
            LossUnit::Place => self.places[term.target].max(f64::MIN_POSITIVE),
        }
    }
}

/// What each task's loss is divided by. Under mixed batches a task sees the rows of all data sets that its head has; under batches
/// per task every row has the label.
pub fn labelled(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Labelled> {
    let parts = prepared.parts();
    let share = |(index, task): (usize, &crate::pipeline::Task)| {
        let labelled = parts.0[task.label.data].train.both(prepared.takes_part(index)).len();
        if pipeline.train.batches == Batches::PerTask {
            return if labelled > 0 { 1.0 } else { 0.0 };
        }
        let rows: usize = pipeline.node(task.outputs[0].1).rows.iter().map(|data| parts.0[*data].train.len()).sum();
        labelled as f64 / rows.max(1) as f64
    };
    let tasks = pipeline.tasks.iter().enumerate();
    let of = |(index, task): (usize, &crate::pipeline::Task)| Labelled {
        share: share((index, task)),
        places: (0..task.targets.len()).map(|target| prepared.places(index, target)).collect(),
        having: (0..task.targets.len()).map(|target| prepared.share_having(index, target)).collect(),
    };
    tasks.map(of).collect()
}
