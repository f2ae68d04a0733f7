//! Whether a task can learn from its labels.

use std::collections::BTreeSet;

use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use super::fitting::{Fitting, listed};
use super::kinds;
use super::labels::LabelColumn;
use super::outlook::Things;
use super::problems::{EXAMPLES, at_rows, count, shown};
use super::row_set::RowSet;
use super::values::Values;
use crate::catalog::classes::Classes;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{ColumnRef, Target, Task};

/// Labels of given files whose class the model has not learnt, which are not judged.
#[derive(Clone, Debug, Default)]
pub struct UnknownLabels {
    /// Rows that have a label at all.
    pub rows: usize,
    /// Those of them whose class is unknown.
    pub unknown: usize,
    /// Some of these classes.
    pub classes: Vec<String>,
    /// What the first of them was probably meant to be.
    meant: Option<String>,
}

impl UnknownLabels {
    /// "of 90 labels, 12 are of a class that training did not have (`x`, `y`)".
    pub fn words(&self) -> String {
        let meant = self.meant.as_ref().map_or(String::new(), |meant| format!("; is `{}` meant?", shown(meant)));
        let (are, all) = (if self.unknown == 1 { "is" } else { "are" }, count(self.rows, "label"));
        format!(
            "of {all}, {} {are} of a class that training did not have ({}){meant}",
            self.unknown,
            listed(&self.classes)
        )
    }
}

impl Fitting<'_> {
    /// Takes the rows of given files whose label is of a class that is not known out of those that a task is about, and says so.
    pub(super) fn judge_known_labels(&mut self, task: &Task, arrays: &[&ArrayRef], space: &mut Option<Vec<bool>>) {
        let rows = self.tables.sets[task.label.data].rows;
        let (mut labelled, mut unknown, mut classes) = (vec![true; rows], vec![false; rows], BTreeSet::new());
        for (reference, array) in task.label.columns.iter().zip(arrays) {
            let half = kinds::half(&self.pipeline.column(*reference).kind);
            let none = Vec::new();
            let known = Classes::new(self.classes.get(reference).unwrap_or(&none));
            for row in 0..rows {
                labelled[row] &= array.is_valid(row) && space.as_ref().is_none_or(|space| space[row]);
                let mut seen = BTreeSet::new();
                half.classes_seen(array, &mut std::iter::once(row), &mut seen);
                seen.retain(|class| !known.contains(class));
                unknown[row] |= !seen.is_empty();
                if labelled[row] {
                    classes.extend(seen);
                }
            }
        }
        let counted =
            |which: &[bool]| which.iter().zip(&labelled).filter(|(which, labelled)| **which && **labelled).count();
        let known = task.label.columns.first().and_then(|column| self.classes.get(column));
        let classes: Vec<String> = classes.into_iter().collect();
        let meant = classes.first().zip(known).and_then(|(class, known)| {
            crate::diag::suggest::closest(class, known.iter().map(String::as_str)).map(str::to_string)
        });
        let found = UnknownLabels { rows: counted(&labelled), unknown: counted(&unknown), classes, meant };
        if found.unknown > 0 {
            self.unknown_labels.insert(task.name.clone(), found);
        }
        let judged = space.get_or_insert_with(|| vec![true; rows]);
        judged.iter_mut().zip(unknown).for_each(|(judged, unknown)| *judged &= !unknown);
    }

    /// Labels of a class that is not known, in rows that the task is about.
    pub(super) fn unknown_labels(
        &self,
        task: &Task,
        reference: ColumnRef,
        array: &ArrayRef,
        space: Option<&[bool]>,
    ) -> Option<Diagnostic> {
        let none = Vec::new();
        let known = self.classes.get(&reference).unwrap_or(&none);
        let column = self.pipeline.column(reference);
        let half = kinds::half(&column.kind);
        // No class at all is no labels at all.
        if !half.has_classes() || known.is_empty() {
            return None;
        }
        let mut rows = self.parts.0[reference.data].all();
        if let Some(space) = space {
            rows = rows.both(&RowSet::of_flags(space.iter().copied()));
        }
        let mut seen = BTreeSet::new();
        half.classes_seen(array, &mut rows.iter(), &mut seen);
        let classes = Classes::new(known);
        let unknown: Vec<String> = seen.into_iter().filter(|class| !classes.contains(class)).collect();
        let first = unknown.first()?;
        let table = &self.tables.sets[reference.data];
        let place = |class: &str| {
            let row = rows.iter().find(|row| {
                let mut one = BTreeSet::new();
                half.classes_seen(array, &mut std::iter::once(*row), &mut one);
                one.contains(class)
            });
            row.map_or(String::new(), |row| table.place(row))
        };
        let declared = column.kind.declared_classes().is_some();
        let why = if declared { "is none of the declared classes" } else { "is a class that no training row has" };
        let message = format!(
            "{}: the label `{}` is `{}`, which {why}",
            place(first),
            self.pipeline.column_name(reference),
            shown(first)
        );
        let mut diagnostic = Diagnostic::new(&codes::UNKNOWN_CLASS, column.span, message)
            .here(if declared { "declared here" } else { "its classes are those of the training part" })
            .also(task.label.span, format!("the label of task `{}`", task.name))
            .note(format!("the classes are {}", listed(known)));
        for class in unknown.iter().skip(1).take(EXAMPLES) {
            diagnostic = diagnostic.note(format!("also `{}` ({})", shown(class), place(class)));
        }
        let close = crate::diag::suggest::closest(first, known.iter().map(String::as_str));
        Some(match (close, declared) {
            (Some(close), true) => diagnostic.help(format!("did the file mean {close:?}? else add {first:?} to the declared classes")),
            (None, true) => diagnostic.help(format!("add {first:?} to the declared classes, or name it in `missing` of the format")),
            (_, false) => diagnostic.help(format!(
                "let every part have each class: `stratify: {}` in the split; a class of very few rows is better taken out or joined to another",
                column.name
            )),
        })
    }

    /// No labels to learn from, or none to tell apart.
    pub(super) fn nothing_to_learn(&self, task: &Task, label: &LabelColumn, train: &RowSet) -> Option<Diagnostic> {
        let name = task.label.columns.first().map_or(String::new(), |column| self.pipeline.column_name(*column));
        let Some(first) = train.first() else {
            let anywhere = label.present.len();
            let message = match self.has_gaps(task) {
                true => format!(
                    "task `{}` has no label in the training part: some numbers of `{name}` are missing in every row of it, and an array counts if all are there",
                    task.name
                ),
                false => format!(
                    "task `{}` has no label in the training part: `{name}` is missing in every row of it",
                    task.name
                ),
            };
            return Some(
                Diagnostic::new(&codes::NO_LABELS, task.label.span, message)
                    .here("nothing to learn from")
                    .note(format!("{anywhere} rows of the whole data have it")),
            );
        };
        if let Some(nothing) = self.without_classes(task, &name, train.len()) {
            return Some(nothing);
        }
        let codes_of = label.classes()?;
        if train.iter().any(|row| codes_of[row] != codes_of[first]) {
            return None;
        }
        let class =
            task.label.columns.first().and_then(|column| self.classes.get(column))?.get(codes_of[first] as usize)?;
        let message = format!(
            "task `{}` has one class in the training part: every label of `{name}` there is `{}`",
            task.name,
            shown(class)
        );
        Some(
            Diagnostic::new(&codes::ONE_CLASS, task.label.span, message)
                .here("nothing to tell apart")
                .help("check the data, or take the task out"),
        )
    }

    /// Whether a label that counts in no row has numbers in some.
    fn has_gaps(&self, task: &Task) -> bool {
        task.label.columns.iter().any(|reference| {
            let half = kinds::half(&self.pipeline.column(*reference).kind);
            let array = self.tables.sets[reference.data].column(reference.column);
            array.is_some_and(|array| {
                matches!(array.data_type(), DataType::FixedSizeList(..))
                    && (0..array.len()).any(|row| !half.lacks(array, row))
            })
        })
    }

    /// A label whose classes are those that the training part has, which has none: no box, no track, no class of a set.
    fn without_classes(&self, task: &Task, name: &str, rows: usize) -> Option<Diagnostic> {
        let [reference] = task.label.columns[..] else { return None };
        let column = self.pipeline.column(reference);
        let Things { one, holder } = Things::of(&column.kind)?;
        if !kinds::half(&column.kind).has_classes() || !self.classes.get(&reference)?.is_empty() {
            return None;
        }
        let message = format!(
            "task `{}` has nothing to learn from: no {holder} of the training part has a {one}, `{name}` is empty in all {}",
            task.name,
            count(rows, "row")
        );
        Some(
            Diagnostic::new(&codes::NO_LABELS, task.label.span, message)
                .here("has no classes")
                .also(column.span, "without a class of its own")
                .help(format!("check the data and what the column leaves out, or take the task out; where it is right that no {holder} has a {one} yet, declare the classes")),
        )
    }

    /// Row weights of which none counts.
    pub(super) fn weighs_nothing(&self, task: &Task, weights: &[f32], train: &RowSet) -> Option<Diagnostic> {
        let weighs = |row: usize| weights.get(row).is_none_or(|weight| *weight > 0.0);
        if train.is_empty() || train.iter().any(weighs) {
            return None;
        }
        let rows = count(train.len(), "labelled row");
        let (what, place) = match task.weight {
            Some(column) => {
                (format!("its `weight: {}`", self.pipeline.column_name(column)), self.pipeline.column(column).span)
            }
            None => ("its `class_weights`".to_string(), task.span),
        };
        let message =
            format!("task `{}` learns from no row: {what} is 0 in all {rows} of the training part", task.name);
        Some(
            Diagnostic::new(&codes::NO_LABELS, task.label.span, message)
                .here("nothing to learn from")
                .also(place, "weighs every row 0")
                .help("check the weights, or leave `weight` out: then every row counts 1"),
        )
    }

    /// A target of which no training row has anything.
    pub(super) fn leaves_nothing(&self, task: &Task, target: &Target) -> Option<Diagnostic> {
        let step = target.steps.iter().find(|step| step.def.leaves_out_rows())?;
        let name = task.label.columns.first().map_or(String::new(), |column| self.pipeline.column_name(*column));
        let message = format!(
            "task `{}` has nothing to learn from: `{}` leaves out every training row of `{name}`",
            task.name,
            step.def.name()
        );
        Some(
            Diagnostic::new(&codes::NO_LABELS, step.span, message)
                .here("no label of the training part passes this")
                .help(match step.def.locates() {
                    Some(_) => "no answer stands in the text of that input: is it the right one, and do its steps change what the answer says?",
                    None => "choose a threshold that some labels are above; `mtlc check --data` says how large they are",
                }),
        )
    }

    /// Targets that a loss cannot compute with.
    pub(super) fn large_target(&self, task: &Task, rows: &[usize]) -> Option<Diagnostic> {
        if rows.is_empty() {
            return None;
        }
        let message = format!("the target of task `{}` has numbers too large to compute with", task.name);
        let table = &self.tables.sets[task.label.data];
        Some(
            at_rows(&codes::STEP_VALUE, task.label.span, &message, table, rows)
                .here("beyond 3.4e38")
                .help("bring them to a usual size: `target: log -> standardize`"),
        )
    }
}

/// Of some targets, which begin at a row, those that a loss cannot compute with. Where numbers may be missing, since a step leaves rows out or labels
/// have gaps, those are none.
pub(super) fn too_large(target: &Values, first: usize, label: &LabelColumn, may_lack: bool) -> Vec<usize> {
    let Values::Real { values, .. } = target else { return Vec::new() };
    let wrong = |number: &f64| !((*number as f32).is_finite() || may_lack && number.is_nan());
    if !values.iter().fold(false, |any, number| any | wrong(number)) {
        return Vec::new();
    }
    let infinite = |numbers: &[f64]| numbers.iter().any(wrong);
    let rows = values.chunks(target.width().max(1)).enumerate();
    let large = rows.filter(|(row, numbers)| label.present.contains(first + row) && infinite(numbers));
    large.map(|(row, _)| first + row).collect()
}
