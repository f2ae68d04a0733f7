//! Which columns a file of predictions has: what writes one and what reads one ask the same.

use super::names::{TaskNames, TaskParts, names};
use crate::answers::{About, CellType, Written, half};
use crate::catalog::answers::AnswerDef;
use crate::catalog::classes::Classes;
use crate::catalog::decoders::Role;
use crate::data::{AnswerKind, Prepared};
use crate::pipeline::{Pipeline, Task, Threshold};
use crate::score::decode::Decoding;

/// The columns, by the spec and the classes of the run alone.
pub struct Layout {
    /// In the order of the pipeline.
    pub tasks: Vec<TaskLayout>,
    /// The ids of each data set, if it has such.
    pub ids: Vec<Option<String>>,
    /// Of which data set a row is.
    pub data: String,
    /// In which part of the run's own data it is.
    pub part: String,
    /// Its number, counted from 1, where there is no id.
    pub row: String,
    /// What has another name than one would expect, in a line each.
    pub remarks: Vec<String>,
}

/// What a task writes.
pub struct TaskLayout {
    pub written: Box<dyn Written>,
    pub names: TaskNames,
    /// If its answer is a file of its own, how that ends.
    pub ending: Option<&'static str>,
}

impl Layout {
    pub fn of(pipeline: &Pipeline, prepared: &Prepared) -> Self {
        let written: Vec<Box<dyn Written>> =
            pipeline.tasks.iter().enumerate().map(|(index, task)| written(pipeline, prepared, index, task)).collect();
        let parts = |(task, written): (&Task, &dyn Written)| TaskParts {
            name: task.name.clone(),
            answers: written.answer().is_some(),
            parts: written.parts().into_iter().map(|(name, _)| name).collect(),
        };
        let parts: Vec<TaskParts> = pipeline.tasks.iter().zip(written.iter().map(Box::as_ref)).map(parts).collect();
        let ids: Vec<Option<String>> =
            pipeline.data.iter().map(|set| set.called_by().map(|column| set.columns[column].name.clone())).collect();
        let id_names: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();
        let names = names(&id_names, &parts);
        let remarks = parts.iter().zip(&names.tasks).filter_map(|(task, names)| {
            let plain = &task.name;
            let other = names.answer.as_ref().filter(|name| *name != plain)?;
            Some(format!("the answers of task `{plain}` are in the column `{other}`, because `{plain}` is the id"))
        });
        let remarks = remarks.collect();
        let tasks = written.into_iter().zip(names.tasks).zip(&pipeline.tasks);
        let tasks = tasks.map(|((written, names), task)| TaskLayout { written, names, ending: ending(task) }).collect();
        Layout { tasks, ids, data: names.data, part: names.part, row: names.row, remarks }
    }

    /// What is read of a file: every column that it may have, and as what.
    pub fn columns(&self, pipeline: &Pipeline) -> Vec<(String, AnswerKind)> {
        let mut columns: Vec<(String, AnswerKind)> = Vec::new();
        let ours = self.ids.iter().flatten().chain([&self.data]).map(|name| (name.clone(), AnswerKind::Text));
        columns.extend(ours.chain([(self.row.clone(), AnswerKind::Number)]));
        for (layout, task) in self.tasks.iter().zip(&pipeline.tasks) {
            let as_label = pipeline.column(task.label.columns[0]).kind.of_answers(task.lies_in.is_some());
            let answer = match as_label.filter(|_| layout.ending.is_some()) {
                Some(label) => AnswerKind::Like(Box::new(label)),
                None => kind(layout.written.answer()),
            };
            columns.extend(layout.names.answer.iter().map(|name| (name.clone(), answer.clone())));
            let parts = layout.written.parts();
            columns.extend(layout.names.parts.iter().cloned().zip(parts.iter().map(|(_, ty)| kind(Some(*ty)))));
        }
        // Two data sets may have ids of one name.
        let mut seen = std::collections::HashSet::new();
        columns.retain(|(name, _)| seen.insert(name.clone()));
        columns
    }
}

/// The ending of the files that a task is answered with, if it is.
pub fn ending(task: &Task) -> Option<&'static str> {
    half(&AnswerDef::of(&task.label.ty)?).file_ending()
}

fn kind(ty: Option<CellType>) -> AnswerKind {
    match ty {
        Some(CellType::Number | CellType::Whole) => AnswerKind::Number,
        _ => AnswerKind::Text,
    }
}

/// What must be known to read the answers of a task.
pub fn about(pipeline: &Pipeline, prepared: &Prepared, index: usize) -> About {
    let task = &pipeline.tasks[index];
    let classes = prepared.classes(index).map(<[String]>::to_vec).unwrap_or_default();
    let positive = task.target_steps().find_map(|step| step.def.names_class());
    let positive = positive.and_then(|class| Classes::new(&classes).index(class).map(|class| classes[class].clone()));
    let thresholds = match &task.threshold {
        Threshold::At(values) => values.clone(),
        Threshold::Fitted(_) => Vec::new(),
    };
    let columns = task.label.columns.iter().map(|column| pipeline.column(*column).name.clone()).collect();
    About { classes, positive, columns, thresholds, leaves_open: task.lies_in.is_some() }
}

/// How the answers of a task are written.
fn written(pipeline: &Pipeline, prepared: &Prepared, index: usize, task: &Task) -> Box<dyn Written> {
    let about = about(pipeline, prepared, index);
    let kind = AnswerDef::of(&task.label.ty);
    let ty = task.prediction.ty.resolve(prepared.facts());
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
