//! A label of several yes-or-no columns: one set of labels, whose classes are the columns.

use arrow_array::ArrayRef;

use super::fitting::Fitting;
use super::kinds;
use super::labels::{LabelColumn, LabelValues};
use super::values::Values;
use crate::catalog::classes::Classes;
use crate::catalog::kinds::Reading;
use crate::pipeline::Task;

impl Fitting<'_> {
    /// The names of the columns, which are the classes of the set.
    pub(super) fn flag_names(&self, task: &Task) -> Vec<String> {
        task.label.columns.iter().map(|column| self.pipeline.column(*column).name.clone()).collect()
    }

    /// The label and its values before any step. A row that lacks one of the columns has no label.
    pub(super) fn flags(&self, task: &Task, arrays: &[&ArrayRef]) -> (LabelColumn, Values) {
        let width = arrays.len();
        let rows = self.tables.sets[task.label.data].rows;
        let mut members = vec![false; rows * width];
        let mut present = vec![true; rows];
        let none = Vec::new();
        for (place, ((column, array), yes)) in task.label.columns.iter().zip(arrays).zip(&task.label.yes).enumerate() {
            let classes = self.classes.get(column).unwrap_or(&none);
            let half = kinds::half(&self.pipeline.column(*column).kind);
            let Values::Category { codes, .. } = half.values(&[array], &[], Reading::Label, classes) else { continue };
            let yes = Classes::new(classes).index(yes).map(|index| index as i64);
            for (row, code) in codes.into_iter().enumerate() {
                present[row] &= code >= 0;
                members[row * width + place] = Some(code) == yes;
            }
        }
        let label = LabelColumn { present, values: LabelValues::Sets { width, values: members.clone() } };
        (label, Values::Sets { classes: self.flag_names(task), members })
    }
}
