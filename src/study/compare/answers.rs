//! What a model answered for the rows that have a task's label, beside the labels: all that any metric asks for. Kept as
//! plain numbers where they are such, so that an interval can be computed again by anybody.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::answers::{
    self, Classes, Column, Distribution, Given, Labels, Numbers as Row, Prediction, Probabilities, Sets, YesOrNo,
};
use crate::catalog::answers::find;
use crate::score::Scored;
use crate::score::judge::Answered;

/// Answers and labels of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    pub data: usize,
    answered: Answered,
}

impl Default for Answers {
    fn default() -> Self {
        let nothing = || Box::new(Row { width: 0, values: Vec::new() });
        let answered = Answered { rows: Vec::new(), labels: nothing(), predictions: nothing(), thresholds: Vec::new() };
        Self { data: 0, answered }
    }
}

/// How numbers are to be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    pub data: usize,
    /// `distribution`, `probabilities`, `classes` or `numbers`; else the kind of the answers, which are kept as it does.
    pub predictions: String,
    /// Numbers per row.
    pub width: usize,
    /// `classes`, `yes_or_no`, `labels` or `numbers`; else their kind.
    pub labels: String,
    /// Numbers per row of labels.
    pub label_width: usize,
    /// How many classes a label may have.
    pub classes: usize,
    /// From which probability on each class is given; empty if all are a half.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<f64>,
}

/// Answers as numbers, or as a kind that is no row of numbers keeps them.
pub struct Numbers {
    pub form: Form,
    pub rows: Vec<i64>,
    pub predictions: Kept,
    pub labels: Kept,
}

/// How a column is kept in a file.
pub enum Kept {
    Numbers(Vec<f64>),
    Bytes(Vec<u8>),
}

/// Why answers of two trainings are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAlike {
    /// They are for other rows.
    Rows,
    /// The rows have other labels.
    Labels,
}

impl fmt::Display for NotAlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotAlike::Rows => "it is judged on other rows than its baseline: the data or the split is another",
            NotAlike::Labels => "its labels are not those of its baseline",
        })
    }
}

impl Answers {
    pub fn of(answered: Answered, data: usize) -> Self {
        Self { data, answered }
    }

    /// The place in the data set of each row that has the label.
    pub fn rows(&self) -> &[usize] {
        &self.answered.rows
    }

    pub fn scored(&self) -> Scored<'_> {
        self.answered.scored()
    }

    /// Whether others are about the same rows, with the same labels.
    pub fn same_labels(&self, other: &Answers) -> Result<(), NotAlike> {
        if self.answered.rows != other.answered.rows {
            return Err(NotAlike::Rows);
        }
        match self.answered.labels.same(other.answered.labels.as_ref()) {
            true => Ok(()),
            false => Err(NotAlike::Labels),
        }
    }

    pub fn numbers(&self) -> Numbers {
        let Answered { rows, labels, predictions, thresholds } = &self.answered;
        let mut form = Form { data: self.data, thresholds: thresholds.clone(), ..Form::default() };
        let number = |yes: &bool| f64::from(u8::from(*yes));
        let (word, width, predictions) = match predictions.prediction() {
            Prediction::Distribution { classes, values } => ("distribution", classes, Kept::Numbers(values.to_vec())),
            Prediction::Probabilities { width, values } => ("probabilities", width, Kept::Numbers(values.to_vec())),
            Prediction::Classes(values) => {
                let width = values.len().checked_div(rows.len()).unwrap_or(1);
                ("classes", width, Kept::Numbers(values.iter().map(|class| f64::from(*class)).collect()))
            }
            Prediction::Numbers { width, values } => ("numbers", width, Kept::Numbers(values.to_vec())),
            Prediction::Other(column) => (column.kind().name(), 1, Kept::Bytes(column.save())),
        };
        (form.predictions, form.width) = (word.into(), width);
        let (word, width, classes, labels) = match labels.labels() {
            Labels::Classes { classes, values } => {
                ("classes", 1, classes, Kept::Numbers(values.iter().map(|class| f64::from(*class)).collect()))
            }
            Labels::Binary { values } => ("yes_or_no", 1, 2, Kept::Numbers(values.iter().map(number).collect())),
            Labels::Sets { width, values } => {
                ("labels", width, width, Kept::Numbers(values.iter().map(number).collect()))
            }
            Labels::Numbers { width, values } => ("numbers", width, 0, Kept::Numbers(values.to_vec())),
            Labels::Other(column) => (column.kind().name(), 1, 0, Kept::Bytes(column.save())),
        };
        (form.labels, form.label_width, form.classes) = (word.into(), width, classes);
        Numbers { form, rows: rows.iter().map(|row| *row as i64).collect(), predictions, labels }
    }
}

impl Numbers {
    /// `None` if they do not fit together.
    pub fn answers(self) -> Option<Answers> {
        let Numbers { form, rows, predictions, labels } = self;
        let predictions: Box<dyn Column> = match predictions {
            Kept::Bytes(bytes) => load(&form.predictions, &bytes)?,
            Kept::Numbers(values) => match form.predictions.as_str() {
                "distribution" => Box::new(Distribution { classes: form.width, values }),
                "probabilities" => Box::new(Probabilities { width: form.width, values }),
                "classes" => {
                    let values = values.iter().map(|class| *class as u32).collect();
                    Box::new(Given { width: form.width, values })
                }
                _ => Box::new(Row { width: form.width, values }),
            },
        };
        let labels: Box<dyn Column> = match labels {
            Kept::Bytes(bytes) => load(&form.labels, &bytes)?,
            Kept::Numbers(values) => {
                let yes = || values.iter().map(|value| *value >= 0.5).collect::<Vec<bool>>();
                match form.labels.as_str() {
                    "classes" => {
                        let values = values.iter().map(|class| *class as u32).collect();
                        Box::new(Classes { classes: form.classes, values })
                    }
                    "yes_or_no" => Box::new(YesOrNo { values: yes() }),
                    "labels" => Box::new(Sets { width: form.label_width, values: yes() }),
                    _ => Box::new(Row { width: form.label_width, values }),
                }
            }
        };
        let rows = rows.into_iter().map(|row| usize::try_from(row).ok()).collect::<Option<Vec<usize>>>()?;
        if predictions.rows() != rows.len() || labels.rows() != rows.len() {
            return None;
        }
        let answered = Answered { rows, labels, predictions, thresholds: form.thresholds };
        Some(Answers { data: form.data, answered })
    }
}

fn load(kind: &str, bytes: &[u8]) -> Option<Box<dyn Column>> {
    let kind = (find(kind)?.from_args)(&Default::default())?;
    answers::half(&kind).load(bytes)
}
