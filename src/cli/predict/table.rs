//! The table of predictions: which columns it has, and what stands in the cells of each row.

use super::files;
use super::names::{TaskNames, TaskParts, names};
use crate::answers::{About, Cell, CellType, Written, half};
use crate::catalog::answers::AnswerDef;
use crate::catalog::classes::Classes;
use crate::catalog::decoders::Role;
use crate::pipeline::{Part, Task, Threshold};
use crate::score::decode::Decoding;
use crate::score::judge::TaskAnswers;
use crate::train::session::Session;

/// The columns, and how rows are filled. They depend on the spec, the classes of the run and the data sets that are asked about.
pub struct Table {
    pub columns: Vec<(String, CellType)>,
    /// What has another name than one would expect, in a line each.
    pub remarks: Vec<String>,
    tasks: Vec<Answer>,
    /// The ids of each data set.
    ids: Vec<Option<Vec<String>>>,
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
    pub fn new(session: &Session, sets: &[usize], parted: bool) -> Self {
        let pipeline = &session.pipeline;
        let written: Vec<Box<dyn Written>> =
            pipeline.tasks.iter().enumerate().map(|(index, task)| written(session, index, task)).collect();
        let parts = |(task, written): (&Task, &dyn Written)| TaskParts {
            name: task.name.clone(),
            answers: written.answer().is_some(),
            parts: written.parts().into_iter().map(|(name, _)| name).collect(),
        };
        let parts: Vec<TaskParts> = pipeline.tasks.iter().zip(written.iter().map(Box::as_ref)).map(parts).collect();
        let id_of =
            |data: usize| pipeline.data[data].id.map(|column| pipeline.data[data].columns[column].name.as_str());
        let id_names: Vec<&str> = (0..pipeline.data.len()).filter_map(id_of).collect();
        let names = names(&id_names, &parts);
        let remarks = parts.iter().zip(&names.tasks).filter_map(|(task, names)| {
            let plain = &task.name;
            let other = names.answer.as_ref().filter(|name| *name != plain)?;
            Some(format!("the answers of task `{plain}` are in the column `{other}`, because `{plain}` is the id"))
        });
        let remarks = remarks.collect();

        let mut columns: Vec<(String, CellType)> = Vec::new();
        let data = (sets.len() > 1).then(|| pipeline.data.iter().map(|set| set.name.clone()).collect());
        if sets.len() > 1 {
            columns.push((names.data.clone(), CellType::Text));
        }
        let part = parted.then_some(columns.len());
        if parted {
            columns.push((names.part.clone(), CellType::Text));
        }
        // What tells the rows apart: columns that several data sets may share.
        let ids: Vec<Option<Vec<String>>> = (0..pipeline.data.len())
            .map(|data| session.prepared.ids(data).filter(|_| sets.contains(&data) && id_of(data).is_some()))
            .collect();
        let first_key = columns.len();
        let mut keys = vec![first_key; pipeline.data.len()];
        for data in sets {
            let (name, ty) = match (&ids[*data], id_of(*data)) {
                (Some(_), Some(name)) => (name, CellType::Text),
                _ => (names.row.as_str(), CellType::Whole),
            };
            let there = columns[first_key..].iter().position(|(other, _)| other == name);
            keys[*data] = first_key + there.unwrap_or(columns.len() - first_key);
            if there.is_none() {
                columns.push((name.to_string(), ty));
            }
        }
        let mut tasks = Vec::new();
        for ((written, TaskNames { answer, parts }), task) in written.into_iter().zip(&names.tasks).zip(&pipeline.tasks)
        {
            let first = columns.len();
            columns.extend(answer.iter().cloned().zip(written.answer()));
            columns.extend(parts.iter().cloned().zip(written.parts().into_iter().map(|(_, ty)| ty)));
            tasks.push(Answer { written, first, ending: files::ending(task) });
        }
        Table { columns, remarks, tasks, ids, keys, data, part }
    }

    /// The place of what tells the rows of a data set apart, and the name of the data set where there are several.
    pub fn key(&self, data: usize) -> (usize, Option<&str>) {
        (self.keys[data], self.data.as_ref().map(|names| names[data].as_str()))
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
                    Some(ids) => Cell::Text(ids[*row].clone()),
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

/// How the answers of a task are written.
fn written(session: &Session, index: usize, task: &Task) -> Box<dyn Written> {
    let classes = session.prepared.classes(index).map(<[String]>::to_vec).unwrap_or_default();
    let positive = task.target_steps().find_map(|step| step.def.names_class());
    let positive = positive.and_then(|class| Classes::new(&classes).index(class).map(|class| classes[class].clone()));
    let thresholds = match &task.threshold {
        Threshold::At(values) => values.clone(),
        Threshold::Fitted(_) => Vec::new(),
    };
    let columns = task.label.columns.iter().map(|column| session.pipeline.column(*column).name.clone()).collect();
    let about = About { classes, positive, columns, thresholds };
    let kind = AnswerDef::of(&task.label.ty);
    let ty = task.prediction.ty.resolve(session.prepared.facts());
    let shape: Vec<usize> =
        ty.axes.iter().skip(1).map(|axis| axis.size.value().map_or(1, |size| size.max(0) as usize)).collect();
    let form = match (task.prediction.role, &kind) {
        (Role::Answer, Some(kind)) => half(kind).nothing(&shape),
        (role, _) => Decoding { role, ..Decoding::raw(&shape, Vec::new()) }.column(),
    };
    // Labels that no metric compares, such as times, are answered with numbers.
    let kind = kind.unwrap_or_else(|| form.kind());
    half(&kind).writes(form.as_ref(), &about)
}
