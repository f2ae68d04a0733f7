//! A label of several yes-or-no columns: one set of labels, whose classes are the columns.

use arrow_array::{Array, ArrayRef};

use super::fitting::Fitting;
use super::kinds;
use super::labels::LabelColumn;
use super::values::Values;
use crate::answers::Sets;
use crate::catalog::classes::Classes;
use crate::catalog::kinds::{KindDef, Reading};
use crate::pipeline::{ColumnRef, Task};

impl Fitting<'_> {
    /// The names of the columns, which are the classes of the set.
    pub(super) fn flag_names(&self, task: &Task) -> Vec<String> {
        task.label.columns.iter().map(|column| self.pipeline.column(*column).name.clone()).collect()
    }

    /// What says of each of the columns whether the row has its class.
    pub(super) fn flags(&self, task: &Task) -> Flags {
        let none = Vec::new();
        let column = |(column, yes): (&ColumnRef, &String)| {
            let classes = self.classes.get(column).unwrap_or(&none);
            let yes = Classes::new(classes).index(yes).map(|index| index as i64);
            FlagColumn { kind: self.pipeline.column(*column).kind.clone(), classes: classes.clone(), yes }
        };
        let columns = task.label.columns.iter().zip(&task.label.yes).map(column).collect();
        Flags { names: self.flag_names(task), columns }
    }
}

/// Several yes-or-no columns, read as one set.
#[derive(Clone, Debug)]
pub(super) struct Flags {
    names: Vec<String>,
    columns: Vec<FlagColumn>,
}

#[derive(Clone, Debug)]
struct FlagColumn {
    kind: KindDef,
    classes: Vec<String>,
    /// Its class that means yes.
    yes: Option<i64>,
}

impl Flags {
    /// The label and its values before any step. A row that lacks one of the columns has no label.
    pub fn read(&self, arrays: &[&ArrayRef]) -> (LabelColumn, Values) {
        let width = arrays.len();
        let rows = arrays.first().map_or(0, |array| array.len());
        let mut members = vec![false; rows * width];
        let mut present = vec![true; rows];
        for (place, (column, array)) in self.columns.iter().zip(arrays).enumerate() {
            let half = kinds::half(&column.kind);
            let values = half.values(&[array], &[], Reading::Label, &column.classes);
            let Values::Category { codes, .. } = values else { continue };
            for (row, code) in codes.into_iter().enumerate() {
                present[row] &= code >= 0;
                members[row * width + place] = Some(code) == column.yes;
            }
        }
        let label = LabelColumn::new(present, Sets { width, values: members.clone() });
        (label, Values::Sets { classes: self.names.clone(), members })
    }
}
