//! A task's label in its own unit, over all rows of its data set: what answers are compared with.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};

use super::batch::HostValues;
use super::prepare::Prepared;
use super::row_set::RowSet;
use crate::answers::{self, Column, Numbers, Panoptic, YesOrNo};
use crate::catalog::Kind;
use crate::catalog::classes::Classes;
use crate::pipeline::{Pipeline, Task};

#[derive(Clone, Debug)]
pub struct LabelColumn {
    /// Whether a row has the label.
    pub present: RowSet,
    /// Rows without the label hold zeros, or whatever else.
    pub values: Arc<dyn Column>,
    /// Whether rows that have the label lack some of its numbers (`NAN`), which then are neither learnt nor judged.
    pub gaps: bool,
}

impl LabelColumn {
    pub fn new(present: Vec<bool>, values: impl Column) -> Self {
        Self { present: RowSet::of_flags(present), values: Arc::new(values), gaps: false }
    }

    pub fn with_gaps(self, gaps: bool) -> Self {
        Self { gaps, ..self }
    }

    /// The class of each row, if the label is one of several classes.
    pub fn classes(&self) -> Option<&[u32]> {
        self.values.of::<answers::Classes>().map(|classes| classes.values.as_slice())
    }

    /// A label whose values no metric reads.
    pub fn without_values(columns: &[&ArrayRef]) -> Self {
        let present =
            columns.first().map_or(Vec::new(), |column| (0..column.len()).map(|row| column.is_valid(row)).collect());
        Self::new(present, Numbers { width: 0, values: Vec::new() })
    }

    /// A label that no row has: its column is not in the file.
    pub fn absent(rows: usize) -> Self {
        Self::new(vec![false; rows], Numbers { width: 0, values: Vec::new() })
    }
}

impl Prepared {
    /// The labels of a task for some rows of its data set, as its answers are compared with them: of a yes-or-no task whether a row
    /// is the class that is asked for.
    pub fn labels(&self, pipeline: &Pipeline, task: usize, rows: &[usize]) -> Box<dyn Column> {
        let of = &self.tasks[task];
        // Labels may have been dealt out anew.
        let dealt: Option<Vec<usize>> =
            of.dealt.as_ref().map(|dealt| rows.iter().map(|row| dealt[*row] as usize).collect());
        let rows = dealt.as_deref().unwrap_or(rows);
        if !is_yes_or_no(&pipeline.tasks[task]) {
            let own = of.label.values.gather(rows);
            let beside = pipeline.beside(task).and_then(|other| self.with_ground(own.as_ref(), task, other, rows));
            return beside.unwrap_or(own);
        }
        let asked: Vec<Option<usize>> = rows.iter().map(|row| Some(*row)).collect();
        let values = match &of.targets[0].host.gather(&asked).values {
            HostValues::F32(values) => values.iter().map(|value| *value >= 0.5).collect(),
            HostValues::I64(values) => values.iter().map(|value| *value == 1).collect(),
        };
        Box::new(YesOrNo { values })
    }
}

impl Prepared {
    /// Labels of things with those of another task, which say of each pixel what it is of, for the same rows.
    fn with_ground(&self, things: &dyn Column, task: usize, other: usize, rows: &[usize]) -> Option<Box<dyn Column>> {
        let beside = &self.tasks[other];
        let maps = beside.label.values.gather(rows);
        let has = |row: usize| beside.present.contains(rows[row]);
        Some(Box::new(Panoptic::of_labels(things.of()?, maps.of()?, &self.is_stuff(task, other)?, has)))
    }

    /// Of each class of a task that says of each pixel what it is of, whether it is none of those of a task that finds things.
    pub fn is_stuff(&self, things: usize, pixels: usize) -> Option<Vec<bool>> {
        let things = Classes::new(self.classes(things)?);
        Some(self.classes(pixels)?.iter().map(|class| things.index(class).is_none()).collect())
    }
}

/// A category that the task's target turns into one number per row.
fn is_yes_or_no(task: &Task) -> bool {
    let [target] = task.targets.as_slice() else { return false };
    matches!(task.label.ty.kind, Kind::Category { .. })
        && target.ty.is_real()
        && target.ty.elements_per_row().value() == Some(1)
}
