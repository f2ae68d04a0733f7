//! Which rows of which data set are trained on, in which order: the batches of an epoch.
//!
//! Mixed batches draw among data sets, batches per task among tasks. What is drawn from goes through its rows in a
//! shuffled order and starts again, shuffled anew, when an epoch is longer than it. Every order is a function of (seed,
//! name, epoch, round), so that an epoch can be planned without the ones before it.

use std::sync::Arc;

use super::cuts::{self, Cuts};
pub use super::evaluation::{Evaluation, evaluation, of_rows};
use crate::catalog::losses::LossUnit;
use crate::data::{BatchPlan, Portion, Prepared, RowSet};
use crate::lower::Draw;
use crate::lower::world::World;
use crate::pipeline::{BatchSize, Batches, Epoch, LossTerm, Pipeline, Resample};

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
    /// Batches per update.
    accumulate: usize,
    order: Order,
}

#[derive(Debug)]
enum Order {
    /// All rows one after the other, each with its data set unless there is one alone.
    Mixed { rows: Vec<u32>, data: usize, sets: Vec<u16>, cuts: Cuts },
    /// Batches of one task each: which, and the number of the batch among those of the task.
    PerTask { tasks: Vec<DrawnTask>, turns: Vec<(u16, u32)> },
}

/// The rows of a task in an epoch.
#[derive(Debug)]
struct DrawnTask {
    rows: Vec<u32>,
    cuts: Cuts,
    data: usize,
    task: Option<usize>,
}

impl Plan {
    /// How many batches there are.
    pub fn batches(&self) -> usize {
        match &self.order {
            Order::Mixed { rows, cuts, .. } => cuts.batches(rows.len()),
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
            Order::Mixed { rows, data, sets, cuts } => {
                let range = cuts.range(rows.len(), number);
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
                batch[task.data] = widened(&task.rows[task.cuts.range(task.rows.len(), number as usize)]);
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

    /// How many rows of a task its batches have on average.
    fn mean_rows(&self, pipeline: &Pipeline, task: usize) -> f64 {
        let stacked = &pipeline.node(pipeline.tasks[task].outputs[0].1).rows;
        let (rows, batches) = match &self.order {
            Order::Mixed { rows, data, sets, cuts } => {
                let own = match sets.is_empty() {
                    true => rows.len() * usize::from(stacked.contains(data)),
                    false => sets.iter().filter(|set| stacked.contains(&usize::from(**set))).count(),
                };
                (own, cuts.batches(rows.len()))
            }
            Order::PerTask { tasks, .. } => {
                let own = tasks.iter().filter(|drawn| drawn.task == Some(task));
                own.fold((0, 0), |(rows, batches), drawn| {
                    (rows + drawn.rows.len(), batches + drawn.cuts.batches(drawn.rows.len()))
                })
            }
        };
        rows as f64 / batches.max(1) as f64
    }

    /// Of the places of tokens in all batches, the share that is padding; `None` if there are none.
    pub fn padding(&self, prepared: &Prepared) -> Option<f64> {
        let (mut real, mut places) = (0usize, 0usize);
        for number in 0..self.batches() {
            let mut longest: Vec<(usize, usize)> = Vec::new();
            for (data, rows) in self.batch(number).rows.iter().enumerate() {
                for row in rows {
                    for (slot, length) in prepared.lengths(data, *row).enumerate() {
                        longest.resize(longest.len().max(slot + 1), (0, 0));
                        let Some(length) = length else { continue };
                        real += length;
                        longest[slot] = (longest[slot].0 + 1, longest[slot].1.max(length));
                    }
                }
            }
            places += longest.iter().map(|(rows, length)| rows * length).sum::<usize>();
        }
        (places > 0).then(|| 1.0 - real as f64 / places as f64)
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
    portion: Portion,
}

impl From {
    pub fn new(plan: Arc<Plan>, update: usize, world: &dyn World) -> Self {
        let skipped = (update * plan.accumulate).min(plan.batches());
        Self { plan, skipped, portion: world.portion() }
    }
}

impl BatchPlan for From {
    fn batches(&self) -> usize {
        self.plan.batches() - self.skipped
    }

    fn rows(&self, batch: usize) -> BatchRows {
        self.plan.batch(self.skipped + batch).rows
    }

    fn portion(&self) -> Portion {
        self.portion
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
    let drawn = sources.iter().zip(&quotas).map(|(source, quota)| source.drawn(*quota, seed, epoch));
    let in_turn = pipeline.train.sampling.in_turn();
    let order = if per_task {
        let tasks = sources.iter().zip(drawn);
        let tasks = tasks.map(|(source, mut rows)| {
            let draw = Draw::new(seed, "bucket", &source.name).at(epoch as u64);
            let cuts = cut(pipeline, prepared, &mut rows, Sets::One(source.data), draw);
            DrawnTask { rows, cuts, data: source.data, task: source.task }
        });
        let tasks: Vec<DrawnTask> = tasks.collect();
        let counts: Vec<usize> = tasks.iter().map(|task| task.cuts.batches(task.rows.len())).collect();
        let mut next = vec![0; tasks.len()];
        let turn = |task: u16| {
            let number = &mut next[usize::from(task)];
            *number += 1;
            (task, *number - 1)
        };
        Order::PerTask { turns: turns(&counts, in_turn, order).into_iter().map(turn).collect(), tasks }
    } else {
        let (mut rows, data, mut sets) = mixed(&sources, drawn.collect(), in_turn, order);
        let draw = Draw::new(seed, "bucket", "").at(epoch as u64);
        let of = if sets.is_empty() { Sets::One(data) } else { Sets::Each(&mut sets) };
        let cuts = cut(pipeline, prepared, &mut rows, of, draw);
        Order::Mixed { rows, data, sets, cuts }
    };
    Plan { sets: pipeline.data.len(), accumulate: pipeline.train.accumulate.max(1), order }
}

/// How many rows of each source an epoch has.
fn quotas(pipeline: &Pipeline, sizes: &[usize], shares: &[f64]) -> Vec<usize> {
    let drawn = || sizes.iter().zip(shares).filter(|(size, share)| **size > 0 && **share > 0.0);
    let seen_once = |(size, share): (&usize, &f64)| *size as f64 / share;
    let total = match pipeline.train.epoch {
        Epoch::Longest => drawn().max_by_key(|(size, _)| **size).map_or(0.0, seen_once),
        Epoch::Shortest => drawn().min_by_key(|(size, _)| **size).map_or(0.0, seen_once),
        Epoch::Sum => drawn().map(|(size, _)| *size as f64).sum(),
        Epoch::Steps(steps) => (steps * pipeline.train.accumulate.max(1) * pipeline.train.batch.rows(1.0)) as f64,
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

/// The data sets of rows: one, or that of each row.
enum Sets<'a> {
    One(usize),
    Each(&'a mut Vec<u16>),
}

/// Cuts rows into batches, bringing those of like length together if the spec wants.
fn cut(pipeline: &Pipeline, prepared: &Prepared, rows: &mut Vec<u32>, sets: Sets<'_>, draw: Draw) -> Cuts {
    let train = &pipeline.train;
    let lengths = || -> Vec<usize> {
        let set = |place: usize| match &sets {
            Sets::One(data) => *data,
            Sets::Each(sets) => usize::from(sets[place]),
        };
        rows.iter().enumerate().map(|(place, row)| prepared.longest(set(place), *row as usize)).collect()
    };
    match (train.batch, train.bucket) {
        (BatchSize::Rows(size), false) => Cuts::Every(size.max(1)),
        (BatchSize::Tokens(tokens), false) => cuts::in_order(lengths(), tokens),
        (size, true) => {
            let (order, cuts) = cuts::by_length(&lengths(), size, draw);
            *rows = order.iter().map(|place| rows[*place]).collect();
            if let Sets::Each(sets) = sets {
                *sets = order.iter().map(|place| sets[*place]).collect();
            }
            cuts
        }
    }
}

/// The rows of several sources, each as often as it has some, in the order in which it is their turn: rows, their data set if there is
/// one alone, else that of each.
fn mixed(sources: &[Source], drawn: Vec<Vec<u32>>, in_turn: bool, order: Draw) -> (Vec<u32>, usize, Vec<u16>) {
    let mut drawn = drawn;
    if let ([source], Some(rows)) = (sources, drawn.pop_if(|_| sources.len() == 1)) {
        return (rows, source.data, Vec::new());
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
    (rows, 0, sets)
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
    /// How many rows of the task a batch has on average, if batches are cut by tokens: then a batch of few long rows counts as much as
    /// its rows do, and not as much as one of many short rows.
    pub rows: Option<f64>,
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
    let by_tokens = matches!(pipeline.train.batch, BatchSize::Tokens(_));
    let first = by_tokens.then(|| epoch(pipeline, prepared, pipeline.train.seed, 0));
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
        rows: first.as_ref().map(|plan| plan.mean_rows(pipeline, index)),
    };
    tasks.map(of).collect()
}
