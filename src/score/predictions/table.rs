//! The table of predictions: which columns it has, and what stands in the cells of each row.

use std::sync::Arc;

use super::names::TaskNames;
use super::{Layout, TaskLayout};
use crate::answers::{Cell, CellType, Written};
use crate::data::{Ids, Prepared};
use crate::pipeline::{Part, Pipeline};
use crate::score::judge::TaskAnswers;

/// The columns, and how rows are filled. They depend on the spec, the classes of the run and the data sets that are asked about.
pub struct Table {
    pub columns: Arc<Vec<(String, CellType)>>,
    /// What has another name than one would expect, in a line each.
    pub remarks: Vec<String>,
    tasks: Vec<Answer>,
    /// The ids of each data set.
    ids: Vec<Option<Ids>>,
    /// For each data set, the column of what tells its rows apart.
    keys: Vec<usize>,
    /// The names of the data sets, where several are asked about.
    data: Option<Vec<String>>,
    part: Option<usize>,
}

/// What a task writes into a row.
struct Answer {
    written: Box<dyn Written>,
    /// Its first column.
    first: usize,
    /// If its answer is a file, how that ends.
    ending: Option<&'static str>,
}

impl Table {
    /// `sets` are the data sets that are asked about; `parted` if it is told which part of the run's own data a row is of.
    pub fn new(pipeline: &Pipeline, prepared: &Prepared, sets: &[usize], parted: bool) -> Self {
        let layout = Layout::of(pipeline, prepared);
        let mut columns: Vec<(String, CellType)> = Vec::new();
        let data = (sets.len() > 1).then(|| pipeline.data.iter().map(|set| set.name.clone()).collect());
        if sets.len() > 1 {
            columns.push((layout.data.clone(), CellType::Text));
        }
        let part = parted.then_some(columns.len());
        if parted {
            columns.push((layout.part.clone(), CellType::Text));
        }
        // What tells the rows apart: columns that several data sets may share.
        let ids = ids(pipeline, prepared, sets);
        let first_key = columns.len();
        let mut keys = vec![first_key; pipeline.data.len()];
        for data in sets {
            let (name, ty) = match (&ids[*data], &layout.ids[*data]) {
                (Some(_), Some(name)) => (name, CellType::Text),
                _ => (&layout.row, CellType::Whole),
            };
            let there = columns[first_key..].iter().position(|(other, _)| other == name);
            keys[*data] = first_key + there.unwrap_or(columns.len() - first_key);
            if there.is_none() {
                columns.push((name.to_string(), ty));
            }
        }
        let mut tasks = Vec::new();
        for TaskLayout { written, names: TaskNames { answer, parts }, ending } in layout.tasks {
            let first = columns.len();
            columns.extend(answer.into_iter().zip(written.answer()));
            columns.extend(parts.into_iter().zip(written.parts().into_iter().map(|(_, ty)| ty)));
            tasks.push(Answer { written, first, ending });
        }
        Table { columns: columns.into(), remarks: layout.remarks, tasks, ids, keys, data, part }
    }

    /// The same table of other rows of one data set, which have ids if those had some.
    pub fn of_rows(mut self, pipeline: &Pipeline, prepared: &Prepared, data: usize) -> Self {
        self.ids = ids(pipeline, prepared, &[data]);
        self
    }

    /// The place of what tells the rows of a data set apart, and the name of the data set where there are several.
    pub fn key(&self, data: usize) -> (usize, Option<&str>) {
        (self.keys[data], self.data.as_ref().map(|names| names[data].as_str()))
    }

    /// What is written of a task.
    pub fn written(&self, task: usize) -> &dyn Written {
        self.tasks[task].written.as_ref()
    }

    /// The columns that are of files, by the endings of these.
    pub fn files(&self) -> impl Iterator<Item = (String, Option<&'static str>)> + '_ {
        self.columns.iter().enumerate().map(|(place, (name, _))| {
            let of = self.tasks.iter().find(|task| task.first == place).and_then(|task| task.ending);
            (name.clone(), of)
        })
    }

    /// The cells of some rows of a data set, each with its part of the run's own data, and what the tasks answer for them.
    pub fn cells(&self, data: usize, rows: &[(usize, Option<Part>)], answered: &[TaskAnswers]) -> Vec<Vec<Cell>> {
        let mut cells: Vec<Vec<Cell>> = rows
            .iter()
            .map(|(row, part)| {
                let mut cells = vec![Cell::Nothing; self.columns.len()];
                if let Some(names) = &self.data {
                    cells[0] = Cell::Text(names[data].clone());
                }
                if let (Some(place), Some(part)) = (self.part, part) {
                    cells[place] = Cell::Text(part.name().into());
                }
                cells[self.keys[data]] = match &self.ids[data] {
                    Some(ids) => Cell::Text(ids.of(*row)),
                    None => Cell::Whole(*row as u64 + 1),
                };
                cells
            })
            .collect();
        for TaskAnswers { task, answers, .. } in answered {
            let Answer { written, first, .. } = &self.tasks[*task];
            for (position, cells) in cells.iter_mut().enumerate() {
                let of_task = written.cells(answers.as_ref(), position);
                cells[*first..].iter_mut().zip(of_task).for_each(|(cell, written)| *cell = written);
            }
        }
        cells
    }
}

/// The ids of each data set that is asked about, if it has some.
fn ids(pipeline: &Pipeline, prepared: &Prepared, sets: &[usize]) -> Vec<Option<Ids>> {
    let of = |data: usize| prepared.ids(data).filter(|_| sets.contains(&data)).cloned();
    (0..pipeline.data.len()).map(of).collect()
}
