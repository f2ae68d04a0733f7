//! The table of predictions: which rows, which columns, and what stands in each cell.

use serde_json::Value;

use super::names::{Names, TaskNames, TaskParts, names};
use crate::catalog::classes::Classes;
use crate::catalog::decoders::Role;
use crate::pipeline::{Part, Task, Threshold};
use crate::train::evaluate::TaskPredictions;
use crate::train::session::Session;

/// Everything that is written. A cell is `None` where a row has no such thing.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<Value>>>,
    /// What has another name than one would expect, in a line each.
    pub remarks: Vec<String>,
}

/// The rows that are asked about, in the order in which they are written: (data set, row, part of the run's own data).
pub type Asked = Vec<(usize, usize, Option<Part>)>;

/// Puts the predictions of all tasks into one table.
pub fn table(session: &Session, predictions: &[TaskPredictions], asked: &Asked) -> Answers {
    let pipeline = &session.pipeline;
    let tasks: Vec<Answer> = pipeline
        .tasks
        .iter()
        .zip(predictions)
        .enumerate()
        .map(|(index, (task, predictions))| Answer::of(session, index, task, predictions))
        .collect();
    let id_of = |data: usize| pipeline.data[data].id.map(|column| pipeline.data[data].columns[column].name.as_str());
    let id_names: Vec<&str> = (0..pipeline.data.len()).filter_map(id_of).collect();
    let names = names(&id_names, &tasks.iter().map(|answer| answer.parts.clone()).collect::<Vec<_>>());
    let mut answers = Answers { remarks: remarks(&names, &tasks), ..Answers::default() };

    let mut sets: Vec<usize> = asked.iter().map(|(data, ..)| *data).collect();
    sets.dedup();
    let ids: Vec<Option<Vec<String>>> = (0..pipeline.data.len()).map(|data| session.prepared.ids(data)).collect();
    // What tells the rows apart: columns that several data sets may share.
    let key = |data: usize| match (&ids[data], id_of(data)) {
        (Some(_), Some(name)) => name,
        _ => names.row.as_str(),
    };
    if sets.len() > 1 {
        answers.columns.push(names.data.clone());
    }
    let parted = asked.iter().any(|(.., part)| part.is_some());
    if parted {
        answers.columns.push(names.part.clone());
    }
    let keys = answers.columns.len();
    for data in &sets {
        if !answers.columns[keys..].iter().any(|column| column == key(*data)) {
            answers.columns.push(key(*data).to_string());
        }
    }
    let first_of_tasks = answers.columns.len();
    for TaskNames { answer, parts } in &names.tasks {
        answers.columns.extend(answer.iter().chain(parts).cloned());
    }

    let mut place = std::collections::HashMap::with_capacity(asked.len());
    for (position, (data, row, part)) in asked.iter().enumerate() {
        place.insert((*data, *row), position);
        let mut cells = vec![None; answers.columns.len()];
        if sets.len() > 1 {
            cells[0] = Some(pipeline.data[*data].name.clone().into());
        }
        if let Some(part) = part {
            cells[keys - 1] = Some(part.name().into());
        }
        let column = keys + answers.columns[keys..].iter().position(|column| column == key(*data)).unwrap_or(0);
        cells[column] = Some(match &ids[*data] {
            Some(ids) if id_of(*data).is_some() => ids[*row].clone().into(),
            _ => (row + 1).into(),
        });
        answers.rows.push(cells);
    }
    let mut first = first_of_tasks;
    for answer in &tasks {
        let width = usize::from(answer.parts.answers) + answer.parts.parts.len();
        for (position, row) in answer.predictions.rows.iter().enumerate() {
            if let Some(place) = place.get(row) {
                let cells = answer.cells(position);
                answers.rows[*place][first..first + width].clone_from_slice(&cells);
            }
        }
        first += width;
    }
    answers
}

fn remarks(names: &Names, tasks: &[Answer]) -> Vec<String> {
    let renamed = tasks.iter().zip(&names.tasks).filter_map(|(task, names)| {
        let plain = &task.parts.name;
        let other = names.answer.as_ref().filter(|name| *name != plain)?;
        Some(format!("the answers of task `{plain}` are in the column `{other}`, because `{plain}` is the id"))
    });
    renamed.collect()
}

/// What a task writes into a row.
struct Answer<'a> {
    parts: TaskParts,
    what: What,
    classes: Vec<String>,
    threshold: &'a Threshold,
    predictions: &'a TaskPredictions,
}

/// How the numbers of a prediction become cells.
enum What {
    /// The likeliest class, then a probability per class.
    Likeliest,
    /// The answer to a yes-or-no question, then the probability of yes.
    YesOrNo { yes: String, no: String },
    /// All classes that are likely, then a probability per class.
    Likely,
    /// A class.
    Class,
    /// Whether it is of a class, per class.
    Classes,
    /// A number.
    Number,
    /// A number per component.
    Numbers,
}

impl<'a> Answer<'a> {
    fn of(session: &Session, index: usize, task: &'a Task, predictions: &'a TaskPredictions) -> Self {
        let classes = session.prepared.classes(index).map(<[String]>::to_vec).unwrap_or_default();
        let width = predictions.decoded.width;
        // The class that a yes-or-no task asks for.
        let positive = task.target_steps().find_map(|step| {
            step.def.to_args().values.iter().find_map(|(_, value)| match value {
                crate::catalog::ArgValue::Text(text) => {
                    Classes::new(&classes).index(text).map(|class| classes[class].clone())
                }
                _ => None,
            })
        });
        let what = match (predictions.decoded.role, positive) {
            (Role::Distribution, _) => What::Likeliest,
            (Role::Probabilities, Some(yes)) if width == 1 => {
                let other = classes.iter().find(|class| **class != yes).filter(|_| classes.len() == 2);
                What::YesOrNo { no: other.cloned().unwrap_or_else(|| format!("not {yes}")), yes }
            }
            (Role::Probabilities, _) => What::Likely,
            (Role::Classes, _) if width == 1 => What::Class,
            (Role::Classes, _) => What::Classes,
            (Role::Raw | Role::Numbers, _) if width == 1 => What::Number,
            (Role::Raw | Role::Numbers, _) => What::Numbers,
        };
        let columns = &task.label.columns;
        let parts = match &what {
            What::Likeliest | What::Likely | What::Classes => classes.iter().take(width).cloned().collect(),
            What::YesOrNo { yes, .. } => vec![yes.clone()],
            What::Class | What::Number => Vec::new(),
            What::Numbers if width == columns.len() => {
                columns.iter().map(|column| session.pipeline.column(*column).name.clone()).collect()
            }
            What::Numbers => (1..=width).map(|place| place.to_string()).collect(),
        };
        let answers = !matches!(what, What::Classes | What::Numbers);
        Self {
            parts: TaskParts { name: task.name.clone(), answers, parts },
            what,
            classes,
            threshold: &task.threshold,
            predictions,
        }
    }

    /// The cells of one prediction: the answer, if there is one, then its parts.
    fn cells(&self, position: usize) -> Vec<Option<Value>> {
        let decoded = &self.predictions.decoded;
        let values = &decoded.values[position * decoded.width..][..decoded.width];
        let numbers = || values.iter().take(self.parts.parts.len()).map(|value| Some(Value::from(*value)));
        let answer = |value: Value| std::iter::once(Some(value)).chain(numbers()).collect();
        match &self.what {
            What::Likeliest => {
                let best =
                    (0..values.len()).fold(0, |best, class| if values[class] > values[best] { class } else { best });
                answer(self.class(best))
            }
            What::YesOrNo { yes, no } => {
                answer(if values[0] >= self.threshold.at(0) { yes } else { no }.clone().into())
            }
            What::Likely => {
                let all = self.classes.iter().zip(values).enumerate();
                let likely = all.filter(|(place, (_, value))| **value >= self.threshold.at(*place));
                answer(likely.map(|(_, (class, _))| class.as_str()).collect::<Vec<_>>().join("|").into())
            }
            What::Class => vec![Some(self.class(values[0] as usize))],
            What::Classes => {
                let parts = values.iter().take(self.parts.parts.len());
                parts.map(|value| Some(Value::from(*value == 1.0))).collect()
            }
            What::Number => vec![Some(values[0].into())],
            What::Numbers => numbers().collect(),
        }
    }

    fn class(&self, class: usize) -> Value {
        self.classes.get(class).map_or(Value::Null, |class| class.clone().into())
    }
}
