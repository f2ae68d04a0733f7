//! What `predict` writes of an answer: cells of a table, or files beside it.

use super::Column;

/// What must be known of a task to read its answers.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The classes of the label, if it has any.
    pub classes: Vec<String>,
    /// The class that a yes-or-no task asks for.
    pub positive: Option<String>,
    /// The names of the label's columns.
    pub columns: Vec<String>,
    /// From which probability on yes, or a class of a set, is answered; one for all or one for each.
    pub thresholds: Vec<f64>,
}

impl About {
    /// From which probability on a class is answered.
    pub fn threshold(&self, class: usize) -> f64 {
        let given = self.thresholds.get(class).or(self.thresholds.first());
        given.copied().unwrap_or(crate::pipeline::HALF)
    }

    /// The other of two classes.
    pub fn negative(&self, positive: &str) -> String {
        let other = self.classes.iter().find(|class| *class != positive).filter(|_| self.classes.len() == 2);
        other.cloned().unwrap_or_else(|| format!("not {positive}"))
    }

    /// The answer to a yes-or-no question.
    pub fn yes_or_no(&self, yes: bool) -> String {
        let positive = self.positive.as_deref().unwrap_or("yes");
        if yes { positive.to_string() } else { self.negative(positive) }
    }

    /// A class by its name, or its number.
    pub fn name(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or_else(|| class.to_string())
    }
}

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellType {
    Text,
    Number,
    Whole,
    Truth,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Whole(u64),
    Truth(bool),
    /// A file of its own, such as a picture; in the cell stands its path.
    File(Vec<u8>),
    Nothing,
}

/// How predictions of one form become cells.
pub trait Written {
    /// What the column of the task's own name holds; `None` if it has no one answer.
    fn answer(&self) -> Option<CellType>;

    /// What else is written, in columns `TASK.PART`.
    fn parts(&self) -> Vec<(String, CellType)> {
        Vec::new()
    }

    /// The cells of a row: the answer, if there is one, then its parts.
    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell>;
}
