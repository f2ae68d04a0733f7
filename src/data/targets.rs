//! The targets of a task: what its steps make of the label, fitted on the labelled rows of the training part.

use std::ops::Range;

use super::boxes::Following;
use super::chain::{CACHED, Chain, Limits, Sizes};
use super::fitted::Sort;
use super::fitting::{Fitting, fitted_chain, unwritten_rows};
use super::host::{Followers, Host, HostWriter};
use super::inputs::MOST_READ_ANEW;
use super::labels::LabelColumn;
use super::learnable::too_large;
use super::prepare::PreparedTarget;
use super::reader::LabelReader;
use super::row_set::RowSet;
use super::spans::Spans;
use super::values::Values;
use crate::answers::Boxes;
use crate::catalog::Kind;
use crate::catalog::kinds::KindDef;
use crate::pipeline::{Column, Target, Task};

impl Fitting<'_> {
    /// Every target of a task; `None` after a problem. `train` are the training rows that have the label.
    pub(super) fn targets(
        &mut self,
        task: &Task,
        rows: usize,
        reader: &LabelReader,
        train: &RowSet,
        label: &LabelColumn,
        spans: Option<&Spans>,
    ) -> Option<Vec<PreparedTarget>> {
        task.targets.iter().map(|target| self.target(task, target, rows, reader, train, label, spans)).collect()
    }

    /// Where nobody has the label: the steps are still needed, to answer in the label's own unit.
    pub(super) fn absent_targets(&mut self, task: &Task) -> Option<Vec<PreparedTarget>> {
        let mut absent = |target: &Target| {
            let key = task.saved_as(target);
            let steps = self.loaded(&target.steps, Sort::Target, &key)??;
            // How many tokens there are lies in what the steps have learnt: what they make of no text at all says it.
            if task.label.ty.kind == Kind::Text {
                let mut values = Values::Text(Vec::new());
                for (step, written) in steps.iter().zip(&target.steps) {
                    values = step.apply(values).ok()?;
                    self.bind(&written.ty, &Sizes::of(&values));
                }
            }
            Some(PreparedTarget {
                steps,
                // As the steps leave it, wherever it lies.
                host: Host::empty(target.steps.last().map_or(&task.label.ty, |step| &step.ty), &self.facts),
                places: 1.0,
                cut: 0,
                having: None,
            })
        };
        task.targets.iter().map(&mut absent).collect()
    }

    #[allow(clippy::too_many_arguments)]
    fn target(
        &mut self,
        task: &Task,
        target: &Target,
        rows: usize,
        reader: &LabelReader,
        train: &RowSet,
        label: &LabelColumn,
        spans: Option<&Spans>,
    ) -> Option<PreparedTarget> {
        let key = task.saved_as(target);
        if target.steps.is_empty()
            && let Some((shape, _)) = label.values.indices(&[])
        {
            self.fitted.targets.insert(key, Vec::new());
            self.bind_sizes(&task.label.ty, &shape);
            let places = shape.iter().product::<usize>() as f64;
            return Some(PreparedTarget {
                steps: Vec::new(),
                host: Host::of_labels(shape, label.values.clone()),
                places,
                cut: 0,
                having: None,
            });
        }
        if let Some(following) = self.following(task) {
            return self.following_target(task, target, reader, train, label, following);
        }
        let loaded = self.loaded(&target.steps, Sort::Target, &key)?;
        let stored = self.tables.sets[task.label.data].stored;
        let leaves_out = target.steps.iter().any(|step| step.def.leaves_out_rows());
        let (mut large, mut places, mut whole) = (Vec::new(), Places::default(), Vec::new());
        let (done, host) = {
            let locates = target.steps.iter().any(|step| step.def.locates().is_some());
            let read = |_: usize, rows: Range<usize>| match (locates, spans, reader.range(rows.clone())) {
                (true, Some(spans), Values::Text(answers)) => Some(spans.located(rows, &answers)),
                (_, _, values) => Some(values),
            };
            let numbers = reader.numbers().filter(|_| !stored && target.steps.len() <= MOST_READ_ANEW);
            let limits = match &numbers {
                Some(_) => Limits { chunk: CACHED.min(self.limits.chunk), ..self.limits },
                None => self.limits,
            };
            let chain = Chain::new(vec![rows], &read, limits, !stored && numbers.is_none())?
                .of_columns(numbers)
                .beside(&self.pipeline.folder);
            let mut host =
                HostWriter::new((stored || chain.is_large()) && !matches!(target.ty.kind, Kind::Tokens { .. }));
            let done = fitted_chain(chain, &target.steps, train, loaded, &self.shared).and_then(|chain| {
                let looked_at = |first: usize, values: Values| {
                    let large = too_large(&values, first, label, leaves_out || label.gaps);
                    let whole = if leaves_out { values.whole_rows() } else { Vec::new() };
                    let places = Places::of(first, &values, train);
                    (large, whole, places, if label.gaps { Host::with_gaps(values) } else { Host::new(values) })
                };
                chain.finish(&looked_at, &mut |(more, of_more, own, values)| {
                    large.extend(more);
                    whole.extend(of_more);
                    places.add(&own);
                    host.push(values);
                })
            });
            (done, host)
        };
        let (steps, sizes) = match done {
            Ok(done) => done,
            Err((index, refusal)) => {
                let step = &target.steps[index];
                // A step finds no value since one before it has left them all out.
                let left_out = target.steps[..index].iter().any(|step| step.def.leaves_out_rows());
                if let (true, Some(_), Some(problem)) = (left_out, refusal.column, self.leaves_nothing(task, target)) {
                    self.problems.push(problem);
                    return None;
                }
                let what = match task.targets.len() {
                    1 => format!("the target of task `{}`", task.name),
                    _ => format!("the target `{}` of task `{}`", target.name, task.name),
                };
                let place = [(task.label.data, 0)];
                let diagnostic = self.refused(step, task.label.span, &refusal, &place, &what, &task.label.columns);
                self.problems.push(diagnostic.also(step.span, "this step"));
                return None;
            }
        };
        self.keep(Sort::Target, &key, &target.steps, &steps);
        if let Some(problem) = self.large_target(task, &large) {
            self.problems.push(problem);
            return None;
        }
        let having = leaves_out.then(|| RowSet::of_flags(whole)).map(|rows| {
            let share = rows.both(train).len() as f64 / train.len().max(1) as f64;
            (rows, share)
        });
        if self.saved.is_none()
            && having.as_ref().is_some_and(|(_, share)| *share == 0.0)
            && let Some(problem) = self.leaves_nothing(task, target)
        {
            self.problems.push(problem);
            return None;
        }
        let host = match host.finish() {
            Ok(host) => host,
            Err(reason) => {
                self.problems.push(unwritten_rows(&format!("task `{}`", task.name), task.label.span, &reason));
                return None;
            }
        };
        self.bind_all(&target.steps, &sizes);
        let raw = Sizes::of(&reader.range(0..0));
        self.bind(&target.ty, sizes.last().unwrap_or(&raw));
        let cut = sizes.iter().map(|sizes| sizes.cut).sum();
        Some(PreparedTarget { steps, host: host?, places: places.mean(train.len()), cut, having })
    }
}

impl Fitting<'_> {
    /// How what a label says follows its pictures, if it lies in them.
    pub(super) fn following(&self, task: &Task) -> Option<Following> {
        let still = |relative, visible| Following { relative, visible, frames: None };
        match &self.pipeline.column(*task.label.columns.first()?).kind {
            KindDef::Boxes(boxes) => Some(still(boxes.relative, boxes.visible.0)),
            KindDef::Keypoints(_) => Some(still(false, 0.0)),
            KindDef::Instances(instances) => Some(still(false, instances.visible.0)),
            KindDef::Tracks(tracks) => {
                let read =
                    |column: &Column| if let KindDef::Video(video) = &column.kind { Some(video.frames) } else { None };
                let frames = self.pipeline.data[task.label.data].columns.iter().find_map(read);
                Some(Following { frames, ..still(false, tracks.visible.0) })
            }
            _ => None,
        }
    }

    /// A target that lies in pictures, which is made for each batch, once the pictures of its rows are where they stay. What steps learn, they learn of boxes
    /// as they stand in the data.
    fn following_target(
        &mut self,
        task: &Task,
        target: &Target,
        reader: &LabelReader,
        train: &RowSet,
        label: &LabelColumn,
        following: Following,
    ) -> Option<PreparedTarget> {
        let key = task.saved_as(target);
        let loaded = self.loaded(&target.steps, Sort::Target, &key)?;
        let rows = label.values.rows();
        let read = |_: usize, rows: Range<usize>| Some(reader.range(rows));
        let limits = Limits { memory: 0, ..self.limits };
        let chain = Chain::new(vec![rows], &read, limits, false)?.beside(&self.pipeline.folder);
        let done = fitted_chain(chain, &target.steps, train, loaded, &self.shared).and_then(Chain::without_rows);
        let (steps, sizes) = match done {
            Ok(done) => done,
            Err((index, refusal)) => {
                let (step, what) = (&target.steps[index], format!("the target of task `{}`", task.name));
                let place = [(task.label.data, 0)];
                let diagnostic = self.refused(step, task.label.span, &refusal, &place, &what, &task.label.columns);
                self.problems.push(diagnostic.also(step.span, "this step"));
                return None;
            }
        };
        self.keep(Sort::Target, &key, &target.steps, &steps);
        self.bind_all(&target.steps, &sizes);
        let row = sizes.last().map_or_else(|| reader.range(0..0).row_shape(), |sizes| sizes.row.clone());
        self.bind_sizes(&target.ty, &row);
        let boxes = label.values.of::<Boxes>();
        let places = match (boxes, steps.len(), train.len()) {
            (Some(boxes), 0, rows @ 1..) => {
                train.iter().map(|row| boxes.row(row).len()).sum::<usize>() as f64 / rows as f64
            }
            (_, 0, _) => 1.0,
            _ => row.iter().product::<usize>() as f64,
        };
        let classes = reader.classes.len();
        let host = Host::of_followers(row, Followers { labels: label.values.clone(), classes, following });
        Some(PreparedTarget { steps, host, places, cut: 0, having: None })
    }
}

/// How many places rows have, added up.
#[derive(Default)]
struct Places {
    /// Of rows that differ in it, those of the training rows together; of others, those of each.
    count: usize,
    differ: bool,
}

impl Places {
    /// Those of some values, which begin at a row.
    fn of(first: usize, values: &Values, train: &RowSet) -> Self {
        match values {
            Values::Tokens { starts, .. } => {
                let own = train.between(first..first + starts.len() - 1).map(|row| row - first);
                Self { differ: true, count: own.map(|row| starts[row + 1] - starts[row]).sum() }
            }
            other => Self { differ: false, count: other.row_shape().iter().product() },
        }
    }

    fn add(&mut self, more: &Places) {
        self.differ = more.differ;
        self.count = if more.differ { self.count + more.count } else { more.count };
    }

    /// On average, of so many training rows.
    fn mean(&self, rows: usize) -> f64 {
        match (rows, self.differ) {
            (0, _) => 1.0,
            (_, true) => self.count as f64 / rows as f64,
            (_, false) => self.count as f64,
        }
    }
}
