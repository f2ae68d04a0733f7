//! Which rows a task learns from, how much each weighs, and how often it is drawn.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;

use super::fitting::Fitting;
use super::labels::LabelColumn;
use super::made::meets;
use super::pixels::balanced;
use super::problems::{at_rows, count};
use super::row_set::RowSet;
use super::table::Table;
use crate::diag::codes::data as codes;
use crate::expression::Expression;
use crate::pipeline::Pipeline;
use crate::pipeline::{ClassWeights, ColumnRef, Origin, Resample, SplitMethod, Task};

impl Fitting<'_> {
    /// Which rows of the label's data set a task is about; `None` if it is about all.
    pub(super) fn sample_space(&self, task: &Task) -> Option<Vec<bool>> {
        sample_space(self.pipeline, &self.tables.sets[task.label.data], task)
    }

    /// The weight of each row of the label's data set: by its class, times that of the row. Empty if every row weighs 1.
    pub(super) fn row_weights(&mut self, task: &Task, label: &LabelColumn, train: &RowSet) -> Vec<f32> {
        let mut weights = self.class_weights(task, label, train);
        let Some((reference, column)) = task.weight.and_then(|reference| Some((reference, self.column(reference)?)))
        else {
            return weights;
        };
        let numbers = column.as_primitive_opt::<Float64Type>();
        let value = |row: usize| numbers.filter(|numbers| numbers.is_valid(row)).map(|numbers| numbers.value(row));
        let parts = &self.parts.0[reference.data];
        let asked = parts.all().both(&label.present);
        let wrong: Vec<usize> = asked.iter().filter(|row| value(*row).is_none_or(|weight| weight < 0.0)).collect();
        if let Some(first) = wrong.first() {
            let what = value(*first).map_or("is missing".to_string(), |weight| format!("is {weight}"));
            let message = format!(
                "the weight `{}` of task `{}` {what} where a number of at least 0 is needed, in {}",
                self.pipeline.column_name(reference),
                task.name,
                count(wrong.len(), "row")
            );
            let problem = at_rows(
                &codes::WRONG_VALUE,
                self.pipeline.column(reference).span,
                &message,
                &self.tables.sets[reference.data],
                &wrong,
            );
            self.problems.push(problem.here("weighs rows").also(task.span, "of this task"));
            return weights;
        }
        weights.resize(self.tables.sets[reference.data].rows, 1.0);
        for row in &label.present {
            weights[row] *= value(row).unwrap_or(1.0) as f32;
        }
        weights
    }

    fn class_weights(&mut self, task: &Task, label: &LabelColumn, train: &RowSet) -> Vec<f32> {
        let Some(codes_of) = label.classes() else { return Vec::new() };
        let saved = self.saved.as_ref().and_then(|saved| saved.class_weights.get(&task.name).cloned());
        let weights = match (&task.class_weights, saved) {
            (ClassWeights::None, _) => return Vec::new(),
            (_, Some(saved)) => saved,
            (ClassWeights::Given(given), None) => given.clone(),
            (ClassWeights::Balanced, None) => {
                let counts: Vec<u64> = counts(codes_of, train).into_iter().map(|count| count as u64).collect();
                balanced(&counts)
            }
        };
        let of_row = |(row, code): (usize, &u32)| match label.present.contains(row) {
            true => weights.get(*code as usize).copied().unwrap_or(1.0) as f32,
            false => 1.0,
        };
        let row_weights = codes_of.iter().enumerate().map(of_row).collect();
        self.fitted.class_weights.insert(task.name.clone(), weights);
        row_weights
    }

    /// How often each row is drawn, as shares of all draws; `None` if every row is drawn once per epoch.
    pub(super) fn draws(&self, task: &Task, label: &LabelColumn, train: &RowSet) -> Option<Vec<f64>> {
        let codes_of = label.classes()?;
        let counts = counts(codes_of, train);
        let share = |class: usize| match &task.resample {
            Resample::None => None,
            Resample::Balanced => Some(1.0),
            Resample::Given(shares) => Some(shares.get(class).copied().unwrap_or(0.0)),
        };
        let mut draws = vec![0.0; codes_of.len()];
        for row in train {
            let class = codes_of[row] as usize;
            draws[row] = share(class)? / counts[class] as f64;
        }
        let total: f64 = draws.iter().sum();
        (total > 0.0).then(|| draws.into_iter().map(|draw| draw / total).collect())
    }
}

pub(super) fn sample_space(pipeline: &Pipeline, table: &Table, task: &Task) -> Option<Vec<bool>> {
    if task.sample_space.is_empty() {
        return None;
    }
    let set = &pipeline.data[task.label.data];
    let mut space = vec![true; table.rows];
    for condition in &task.sample_space {
        // A column is absent only when nobody asks for labels.
        meets(set, table, condition, &mut space);
    }
    Some(space)
}

/// Which rows of a column anybody reads: of a label that is nothing else, those that its tasks are about. `None` if all are.
pub(super) fn rows_read(pipeline: &Pipeline, table: &Table, column: ColumnRef) -> Option<Vec<bool>> {
    let set = &pipeline.data[column.data];
    let of_split = match &set.split.method {
        SplitMethod::Shares { stratify, group, time, .. } => [*stratify, *group, *time].contains(&Some(column.column)),
        SplitMethod::Column { column: by, .. } => *by == column.column,
        SplitMethod::Files { .. } => false,
    };
    let elsewhere = of_split
        || set.id == Some(column.column)
        || pipeline.inputs.iter().any(|input| input.columns.contains(&column))
        || pipeline.tasks.iter().any(|task| {
            let asks = |condition: &Expression| condition.columns().contains(&column.column);
            task.weight == Some(column) || (task.label.data == column.data && task.sample_space.iter().any(asks))
        })
        || set.columns.iter().any(|made| made.made_of().contains(&column.column))
        || set.joins.iter().any(|join| join.is_by(column.column));
    let tasks: Vec<&Task> = pipeline.tasks.iter().filter(|task| task.label.columns.contains(&column)).collect();
    // A table is joined once its rows are read.
    let of_join = |task: &&Task| {
        let asked = set.behind(task.sample_space.iter().flat_map(Expression::columns));
        asked.iter().any(|column| matches!(set.columns[*column].origin, Origin::Joined { .. }))
    };
    if elsewhere || tasks.is_empty() || tasks.iter().any(of_join) {
        return None;
    }
    let spaces: Vec<Vec<bool>> =
        tasks.iter().map(|task| sample_space(pipeline, table, task)).collect::<Option<Vec<_>>>()?;
    Some((0..table.rows).map(|row| spaces.iter().any(|space| space[row])).collect())
}

/// How many of some rows have each class.
fn counts(codes_of: &[u32], rows: &RowSet) -> Vec<usize> {
    let mut counts = vec![0; codes_of.iter().copied().max().map_or(0, |most| most as usize + 1)];
    rows.iter().for_each(|row| counts[codes_of[row] as usize] += 1);
    counts
}
