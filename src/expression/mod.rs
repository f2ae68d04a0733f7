//! What is asked of a row: typed expressions over the columns of one data set, from which columns and filters are made.
//!
//! `check/` builds them from what was written, `data/` has their columns. What they come to is computed in one place,
//! [`evaluate`], for constants as for a table of rows.

mod evaluate;
mod vector;

use crate::catalog::functions::{Function, ValueType};
use crate::source::Span;

pub use evaluate::{Evaluation, Source};
pub use vector::Vector;

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub node: Node,
    pub ty: ValueType,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Missing,
    /// A number, or a time in seconds since 1970.
    Number(f64),
    Truth(bool),
    Text(String),
    /// A column of the data set, by its index.
    Column(usize),
    Negate(Box<Expression>),
    Not(Box<Expression>),
    Arithmetic(Arithmetic, Box<[Expression; 2]>),
    Compare(Comparison, Box<[Expression; 2]>),
    And(Box<[Expression; 2]>),
    Or(Box<[Expression; 2]>),
    /// Condition, then, else.
    If(Box<[Expression; 3]>),
    In(Box<Expression>, Vec<Expression>),
    IsMissing(Box<Expression>),
    Call(&'static Function, Vec<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Arithmetic {
    pub fn of(self, left: f64, right: f64) -> f64 {
        match self {
            Arithmetic::Add => left + right,
            Arithmetic::Subtract => left - right,
            Arithmetic::Multiply => left * right,
            Arithmetic::Divide => left / right,
            Arithmetic::Power => left.powf(right),
        }
    }
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
    /// Whether an ordering of the left side against the right one meets the comparison.
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

    /// The same with its sides changed.
    pub fn turned(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::Greater => Comparison::Less,
            Comparison::AtLeast => Comparison::AtMost,
            same => same,
        }
    }
}

impl Expression {
    /// The expressions right inside this one.
    pub fn parts(&self) -> &[Expression] {
        match &self.node {
            Node::Missing | Node::Number(_) | Node::Truth(_) | Node::Text(_) | Node::Column(_) => &[],
            Node::Negate(inner) | Node::Not(inner) | Node::IsMissing(inner) => std::slice::from_ref(inner),
            Node::Arithmetic(_, sides) | Node::Compare(_, sides) => sides.as_slice(),
            Node::And(sides) | Node::Or(sides) => sides.as_slice(),
            Node::If(parts) => parts.as_slice(),
            Node::In(_, members) => members,
            Node::Call(_, arguments) => arguments,
        }
    }

    /// The columns that it reads, some more than once.
    pub fn columns(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(next) = open.pop() {
            match &next.node {
                Node::Column(column) => found.push(*column),
                Node::In(value, _) => open.push(value),
                _ => {}
            }
            open.extend(next.parts());
        }
        found
    }

    /// True for a value that is written out.
    pub fn is_constant(&self) -> bool {
        matches!(self.node, Node::Missing | Node::Number(_) | Node::Truth(_) | Node::Text(_))
    }
}
