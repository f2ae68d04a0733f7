//! Which rows a task learns from, and how much each counts.

use super::ColumnRef;
use crate::source::Span;

#[derive(Clone, Debug, PartialEq)]
pub enum ClassWeights {
    None,
    /// n / (classes · count), from the training part (scikit-learn's `balanced`).
    Balanced,
    /// One per class, in the order of the classes.
    Given(Vec<f64>),
}

/// How often rows of each class of the label are drawn while training.
#[derive(Clone, Debug, PartialEq)]
pub enum Resample {
    None,
    /// Every class equally often.
    Balanced,
    /// The share of each class among the rows drawn, in the order of the classes; they sum to 1.
    Given(Vec<f64>),
}

/// One comparison of a task's `where`: `people.clicked == "yes"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub column: ColumnRef,
    pub comparison: Comparison,
    pub operand: Operand,
    pub span: Span,
}

/// What a column is compared with. A row whose cell is missing meets no condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Number(f64),
    /// A class, an id, a text, or a time as written in the file.
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    /// Whether an ordering of the cell against the operand meets the comparison.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::AtMost => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::AtLeast => ordering.is_ge(),
        }
    }

    pub const fn text(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        }
    }
}
