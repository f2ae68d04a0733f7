//! What a model answered for the rows that have a task's label, beside the labels: all that any metric asks for. Kept as
//! plain numbers, so that an interval can be computed again by anybody.

use serde::{Deserialize, Serialize};

use crate::catalog::decoders::Role;
use crate::score::Scored;
use crate::score::decode::Decoding;
use crate::train::judge::{Answered, LabelledRows, Owned};

/// Answers and labels of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    pub data: usize,
    /// The place in the data set of each row that has the label.
    pub rows: Vec<usize>,
    answered: Answered,
}

impl Default for Answers {
    fn default() -> Self {
        let decoding = Decoding { role: Role::Numbers, width: 0, values: Vec::new() };
        let values = Owned::Numbers { width: 0, values: Vec::new() };
        let answered = Answered::from_parts(decoding, LabelledRows { positions: Vec::new(), values }, Vec::new());
        Self { data: 0, rows: Vec::new(), answered }
    }
}

/// How numbers are to be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    pub data: usize,
    /// `distribution`, `probabilities`, `classes` or `numbers`.
    pub predictions: String,
    /// Numbers per row.
    pub width: usize,
    /// `classes`, `yes_or_no`, `labels` or `numbers`.
    pub labels: String,
    /// Numbers per row of labels.
    pub label_width: usize,
    /// How many classes a label may have.
    pub classes: usize,
    /// From which probability on each class is given; empty if all are a half.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<f64>,
}

/// Answers as numbers.
pub struct Numbers {
    pub form: Form,
    pub rows: Vec<i64>,
    pub predictions: Vec<f64>,
    pub labels: Vec<f64>,
}

const ROLES: [(&str, Role); 4] = [
    ("numbers", Role::Numbers),
    ("distribution", Role::Distribution),
    ("probabilities", Role::Probabilities),
    ("classes", Role::Classes),
];

impl Answers {
    /// `rows` are those that were predicted for.
    pub fn of(answered: Answered, data: usize, rows: &[(usize, usize)]) -> Self {
        let rows = answered.labelled.positions.iter().map(|position| rows[*position].1).collect();
        Self { data, rows, answered }
    }

    pub fn scored(&self) -> Scored<'_> {
        self.answered.scored()
    }

    /// Whether others are about the same rows, with the same labels.
    pub fn same_labels(&self, other: &Answers) -> Result<(), &'static str> {
        if self.rows != other.rows {
            return Err("it is judged on other rows than its baseline: the data or the split is another");
        }
        match self.answered.labelled.values == other.answered.labelled.values {
            true => Ok(()),
            false => Err("its labels are not those of its baseline"),
        }
    }

    pub fn numbers(&self) -> Numbers {
        let decoding = &self.answered.decoding;
        let predictions = ROLES.iter().find(|(_, role)| *role == decoding.role).map_or(ROLES[0].0, |(word, _)| word);
        let number = |yes: &bool| f64::from(u8::from(*yes));
        let (labels, label_width, classes, values) = match &self.answered.labelled.values {
            Owned::Classes { classes, values } => {
                ("classes", 1, *classes, values.iter().map(|class| f64::from(*class)).collect())
            }
            Owned::Binary(values) => ("yes_or_no", 1, 2, values.iter().map(number).collect()),
            Owned::Sets { width, values } => ("labels", *width, *width, values.iter().map(number).collect()),
            Owned::Numbers { width, values } => ("numbers", *width, 0, values.clone()),
        };
        Numbers {
            form: Form {
                data: self.data,
                predictions: predictions.into(),
                width: decoding.width,
                labels: labels.into(),
                label_width,
                classes,
                thresholds: self.answered.thresholds.clone(),
            },
            rows: self.rows.iter().map(|row| *row as i64).collect(),
            predictions: decoding.values.clone(),
            labels: values,
        }
    }
}

impl Numbers {
    /// `None` if they do not fit together.
    pub fn answers(self) -> Option<Answers> {
        let Numbers { form, rows, predictions, labels } = self;
        let count = rows.len();
        let fits = predictions.len() == count * form.width && labels.len() == count * form.label_width;
        if !fits {
            return None;
        }
        let yes = || labels.iter().map(|value| *value >= 0.5).collect::<Vec<bool>>();
        let values = match form.labels.as_str() {
            "classes" => {
                Owned::Classes { classes: form.classes, values: labels.iter().map(|class| *class as u32).collect() }
            }
            "yes_or_no" => Owned::Binary(yes()),
            "labels" => Owned::Sets { width: form.label_width, values: yes() },
            _ => Owned::Numbers { width: form.label_width, values: labels },
        };
        let role = ROLES.iter().find(|(word, _)| *word == form.predictions).map_or(Role::Numbers, |(_, role)| *role);
        let decoding = Decoding { role, width: form.width, values: predictions };
        let labelled = LabelledRows { positions: (0..count).collect(), values };
        let rows = rows.into_iter().map(|row| usize::try_from(row).ok()).collect::<Option<Vec<usize>>>()?;
        Some(Answers { data: form.data, rows, answered: Answered::from_parts(decoding, labelled, form.thresholds) })
    }
}
