//! Builds prepared data: fits on the training part, or loads what was fitted, and reports what does not fit.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::ArrayRef;

use super::chain::{Chain, Limits, Refused, Sizes};
use super::fitted::{Fitted, Learnt, NoSteps, Sort, StepState};
use super::kinds;
use super::labels::LabelColumn;
use super::learnable::UnknownLabels;
use super::open::{Need, columns_of};
use super::prepare::{Ids, Prepared, PreparedInput, PreparedTask};
use super::problems::{EXAMPLES, at_rows};
use super::reader::LabelReader;
use super::row_set::RowSet;
use super::split::Parts;
use super::steps::{self, FittedStep, Refusal};
use super::store;
use super::table::Tables;
use super::unseen::UnseenClasses;
use crate::catalog::{Dim, Facts, Kind, Type};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{ColumnRef, Part, StepUse, Task};
use crate::source::Span;

/// The work of one preparation.
pub(super) struct Fitting<'a> {
    pub pipeline: &'a Pipeline,
    pub tables: &'a Tables,
    pub parts: Parts,
    /// What was learnt before; `None` to learn it now.
    pub saved: Option<Arc<Learnt>>,
    pub need: Need,
    pub classes: BTreeMap<ColumnRef, Vec<String>>,
    pub facts: Facts,
    pub fitted: Fitted,
    /// Of each column with classes that an input reads, what rows hold that the training part did not have.
    pub unseen: BTreeMap<ColumnRef, [UnseenClasses; 3]>,
    /// By task, labels of given files that cannot be judged.
    pub unknown_labels: BTreeMap<String, UnknownLabels>,
    pub problems: Vec<Diagnostic>,
    pub limits: Limits,
    /// Whether labels are all that is asked for, and no input is prepared.
    pub labels_alone: bool,
    /// What steps have learnt together, by its name.
    pub shared: BTreeMap<String, serde_json::Value>,
    /// Whether the values of all rows are kept; else they are computed again when they are asked for.
    pub keeps: bool,
}

impl<'a> Fitting<'a> {
    pub fn new(
        pipeline: &'a Pipeline,
        tables: &'a Tables,
        parts: Parts,
        saved: Option<Arc<Learnt>>,
        need: Need,
    ) -> Self {
        Self {
            pipeline,
            tables,
            parts,
            saved,
            need,
            classes: BTreeMap::new(),
            facts: Facts::new(),
            fitted: Fitted::default(),
            unseen: BTreeMap::new(),
            unknown_labels: BTreeMap::new(),
            problems: Vec::new(),
            limits: Limits::default(),
            labels_alone: false,
            shared: BTreeMap::new(),
            keeps: true,
        }
    }

    pub fn prepare(mut self) -> Result<Prepared, Vec<Diagnostic>> {
        for (set, table) in self.pipeline.data.iter().zip(&self.tables.sets) {
            self.facts.insert(format!("rows({})", set.name).into(), table.rows as i64);
        }
        self.learn_classes();
        self.learn_together();
        let inputs = self.pipeline.inputs.iter().filter(|_| !self.labels_alone).collect::<Vec<_>>();
        let inputs: Vec<Option<PreparedInput>> = inputs.into_iter().map(|input| self.input(input)).collect();
        let tasks: Vec<Option<PreparedTask>> = self.pipeline.tasks.iter().map(|task| self.task(task)).collect();
        if self.saved.is_none() {
            self.unmet();
        }
        let (inputs, tasks): (Option<Vec<_>>, Option<Vec<_>>) =
            (inputs.into_iter().collect(), tasks.into_iter().collect());
        if let (Some(inputs), Some(tasks), false) = (&inputs, &tasks, self.labels_alone) {
            let uneven = self.uneven(inputs, tasks);
            self.problems.extend(uneven);
        }
        match (inputs, tasks) {
            (Some(inputs), Some(tasks)) if self.problems.is_empty() => Ok(Prepared {
                facts: self.facts,
                fitted: self.saved.unwrap_or_else(|| self.fitted.into()),
                parts: self.parts,
                rows: self.tables.sets.iter().map(|table| table.rows).collect(),
                inputs,
                tasks,
                unseen: self.unseen,
                unknown_labels: self.unknown_labels,
                ids: (0..self.pipeline.data.len()).map(|data| Ids::new(self.pipeline, self.tables, data)).collect(),
                told: self.tables.sets.iter().flat_map(|table| table.told.clone()).collect(),
                left_out: self.tables.sets.iter().map(|table| table.left_out.clone()).collect(),
            }
            .with_places_counted()),
            _ => {
                if self.problems.is_empty() {
                    let span = self.pipeline.data.first().map_or(Span::default(), |set| set.span);
                    self.problems.push(Diagnostic::new(
                        &codes::UNREADABLE_DATA,
                        span,
                        "the data cannot be put together",
                    ));
                }
                Err(self.problems)
            }
        }
    }

    pub fn column(&self, reference: ColumnRef) -> Option<&'a ArrayRef> {
        // What has been read of another one is not needed now.
        store::release();
        self.tables.sets[reference.data].column(reference.column)
    }

    // --------------------------------------------------------------------------------------- tasks

    fn task(&mut self, task: &Task) -> Option<PreparedTask> {
        let data = task.label.data;
        let rows = self.tables.sets[data].rows;
        let stacked = match task.outputs.first() {
            Some((_, output)) => self.pipeline.node(*output).rows.clone(),
            None => vec![data],
        };
        let arrays: Option<Vec<&ArrayRef>> = task.label.columns.iter().map(|column| self.column(*column)).collect();
        let first = *task.label.columns.first()?;
        let column = self.pipeline.column(first);
        let flags = (!task.label.yes.is_empty()).then(|| self.flags(task));
        let classes = if flags.is_some() {
            Some(self.flag_names(task))
        } else {
            let declared = || column.kind.declared_classes().map(<[String]>::to_vec);
            self.classes.get(&first).cloned().or_else(declared)
        };
        let half = kinds::half(&column.kind);
        // A task is judged by all that it reads, or not at all.
        let partly = matches!(self.need, Need::Available | Need::Labels)
            && columns_of(task).any(|column| self.column(column).is_none());
        let arrays = match (arrays.filter(|_| !partly), self.need) {
            (Some(arrays), _) => arrays,
            (None, Need::Everything) => return None,
            (None, Need::Available | Need::Inputs | Need::Labels) => {
                // The steps are still needed, to answer in the label's own unit.
                let targets = self.absent_targets(task)?;
                let spans = self.spans(task);
                self.questions(task, &LabelColumn::absent(rows), &RowSet::default());
                return Some(PreparedTask {
                    data,
                    stacked,
                    label: LabelColumn::absent(rows),
                    classes,
                    targets,
                    follows: self.followed(task, &[]),
                    following: self.following(task),
                    map_sizes: self.map_sizes(task),
                    share_shown: None,
                    mixed_by: None,
                    dealt: None,
                    present: RowSet::default(),
                    row_weights: Vec::new(),
                    pixel_weights: None,
                    spans,
                    draws: None,
                });
            }
        };
        let no_classes = Vec::new();
        let known = classes.as_ref().unwrap_or(&no_classes);
        let mut label = match &flags {
            Some(flags) => flags.read(&arrays).0,
            None => half.label(&arrays, known),
        };
        let mut space = self.sample_space(task);
        let of_column = |(reference, array): (&ColumnRef, &&ArrayRef)| {
            self.unknown_labels(task, *reference, array, space.as_deref())
        };
        if let Some(problem) = task.label.columns.iter().zip(&arrays).find_map(of_column) {
            match self.need {
                // Nobody will ask for these labels.
                Need::Inputs => label = LabelColumn::absent(rows),
                // The other rows, and the other tasks, can still be judged.
                Need::Available | Need::Labels => self.judge_known_labels(task, &arrays, &mut space),
                Need::Everything => {
                    self.problems.push(problem);
                    return None;
                }
            }
        }
        if let Some(space) = &space {
            label.present = label.present.both(&RowSet::of_flags(space.iter().copied()));
        }
        let train = self.parts.0[data].of(Part::Train).both(&label.present);
        if self.saved.is_none()
            && let Some(problem) = self.nothing_to_learn(task, &label, &train)
        {
            self.problems.push(problem);
            return None;
        }
        let reader = LabelReader {
            kind: column.kind.clone(),
            shape: column.sizes(),
            arrays: arrays.into_iter().cloned().collect(),
            classes: known.clone(),
            flags,
            space,
        };
        self.questions(task, &label, &train);
        let spans = self.spans(task);
        let mut targets = self.targets(task, rows, &reader, &train, &label, spans.as_ref())?;
        let pixel_weights = self.pixel_weights(task, &label, &train);
        if let Some(weights) = &pixel_weights {
            targets.iter_mut().filter(|target| target.host.is_of_labels()).for_each(|of| of.places = weights.counted);
        }
        let row_weights = self.row_weights(task, &label, &train);
        if self.saved.is_none() {
            let nothing = self.weighs_nothing(task, &row_weights, &train);
            self.problems.extend(nothing);
        }
        let draws = self.draws(task, &label, &train);
        let follows = if self.labels_alone { None } else { self.followed(task, &targets) };
        Some(PreparedTask {
            data,
            stacked,
            follows,
            following: self.following(task),
            map_sizes: self.map_sizes(task),
            share_shown: None,
            mixed_by: self.mixed_by(task),
            present: label.present.clone(),
            label,
            classes,
            targets,
            dealt: None,
            row_weights,
            pixel_weights,
            spans,
            draws,
        })
    }

    // --------------------------------------------------------------------------------------- steps

    /// The steps that were kept under this name, if what was fitted before is used; `None` after a problem.
    pub(super) fn loaded(
        &mut self,
        uses: &[StepUse],
        sort: Sort,
        owner: &str,
    ) -> Option<Option<Vec<Arc<dyn FittedStep>>>> {
        let Some(saved) = &self.saved else { return Some(None) };
        let steps = saved.steps(sort, owner, uses);
        self.there(steps, uses, owner).map(Some)
    }

    /// Steps that were kept; `None` after the problem that they cannot be had.
    pub(super) fn there(
        &mut self,
        steps: Result<Vec<Arc<dyn FittedStep>>, NoSteps>,
        uses: &[StepUse],
        owner: &str,
    ) -> Option<Vec<Arc<dyn FittedStep>>> {
        let span =
            uses.first().map_or(self.pipeline.data.first().map_or(Span::default(), |set| set.span), |step| step.span);
        let why = match steps {
            Ok(steps) => return Some(steps),
            Err(NoSteps::Others) => String::new(),
            Err(NoSteps::Unreadable(reason)) => format!(" ({reason})"),
        };
        self.problems.push(another_spec(span, &format!("the steps of `{owner}`{why}")));
        None
    }

    /// Keeps what steps have learnt, unless it was learnt before.
    pub(super) fn keep(&mut self, sort: Sort, owner: &str, uses: &[StepUse], steps: &[Arc<dyn FittedStep>]) {
        if self.saved.is_some() {
            return;
        }
        let state = |(step, fitted): (&StepUse, &Arc<dyn FittedStep>)| StepState {
            step: step.def.show(),
            state: fitted.state(),
        };
        let states = uses.iter().zip(steps).map(state).collect();
        let of = match sort {
            Sort::Input => &mut self.fitted.inputs,
            Sort::Target => &mut self.fitted.targets,
        };
        of.insert(owner.to_string(), states);
    }

    pub(super) fn bind_all(&mut self, uses: &[StepUse], sizes: &[Sizes]) {
        uses.iter().zip(sizes).for_each(|(step, sizes)| self.bind(&step.ty, sizes));
    }

    /// Learns sizes that were symbols from values that have them.
    pub(super) fn bind(&mut self, ty: &Type, sizes: &Sizes) {
        self.bind_sizes(ty, &sizes.row);
        match (&ty.kind, sizes.of_kind) {
            (Kind::Tokens { vocabulary: words }, Some(size)) | (Kind::Category { classes: words }, Some(size)) => {
                self.know(words, size);
            }
            _ => {}
        }
    }

    /// The same of the sizes of a row.
    pub(super) fn bind_sizes(&mut self, ty: &Type, shape: &[usize]) {
        for (axis, size) in ty.axes.iter().skip(1).zip(shape) {
            // Of a length, the longest: what a row may cost, and no size that anything could be compared with.
            self.know(&axis.size, if axis.varies() { (*size).max(1) } else { *size });
        }
    }

    fn know(&mut self, dim: &Dim, size: usize) {
        if let [symbol] = dim.symbols().as_slice()
            && (*dim == Dim::symbol(symbol.clone()) || *dim == Dim::extent(symbol.clone()))
            && !self.facts.contains_key(symbol)
        {
            self.facts.insert(symbol.clone(), size as i64);
        }
    }

    /// A problem of rows in stacked numbering.
    pub(super) fn at(
        &self,
        code: &'static crate::diag::Code,
        span: Span,
        message: &str,
        rows: &[usize],
        stacked: &[(usize, usize)],
    ) -> Diagnostic {
        let (data, _) = rows.first().map_or((0, 0), |row| locate(*row, stacked));
        let own: Vec<usize> = rows
            .iter()
            .map(|row| locate(*row, stacked))
            .filter(|(other, _)| *other == data)
            .map(|(_, row)| row)
            .collect();
        at_rows(code, span, message, &self.tables.sets[data], &own)
    }
}

/// Fits each step, or takes those that were loaded and what was learnt together, and adds it to the chain; on refusal, the step's index
/// and why.
pub(super) fn fitted_chain<'c>(
    mut chain: Chain<'c>,
    uses: &[StepUse],
    train: &RowSet,
    loaded: Option<Vec<Arc<dyn FittedStep>>>,
    shared: &BTreeMap<String, serde_json::Value>,
) -> Result<Chain<'c>, Refused> {
    let mut loaded = loaded.map(Vec::into_iter);
    for (index, step) in uses.iter().enumerate() {
        let fitted = match &mut loaded {
            Some(loaded) => loaded.next().ok_or_else(|| (index, Refusal::new("has no saved state")))?,
            None => match step.def.shared().and_then(|(name, _)| shared.get(name)) {
                Some(state) => steps::load(&step.def, state).map_err(|why| (index, Refusal::new(why)))?,
                None => chain.fit(&step.def, train)?,
            },
        };
        chain.add(fitted)?;
    }
    Ok(chain)
}

/// The data set and row of a stacked row.
pub(super) fn locate(row: usize, stacked: &[(usize, usize)]) -> (usize, usize) {
    stacked.iter().rev().find(|(_, base)| *base <= row).map_or((0, row), |(data, base)| (*data, row - base))
}

/// Prepared rows that do not fit into memory and cannot be put down elsewhere.
pub(super) fn unwritten_rows(what: &str, span: Span, reason: &str) -> Diagnostic {
    let message = format!("the prepared rows of {what} do not fit into memory, and {reason}");
    Diagnostic::new(&codes::UNREADABLE_DATA, span, message).here("prepared for every row")
}

pub(super) fn another_spec(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::UNREADABLE_DATA,
        span,
        format!("the saved preprocessing does not fit this spec: {what} are not as they were"),
    )
    .here("was another when the model was trained")
}

/// `a`, `b` and 3 more.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(2 * EXAMPLES).map(|name| format!("`{}`", super::problems::shown(name))).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
