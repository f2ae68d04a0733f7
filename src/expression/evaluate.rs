//! What an expression comes to, column by column over some rows.
//!
//! A missing value makes what is computed with it missing, but for `and` and `or` (which need not know a side that cannot change the
//! outcome), `is missing` and `coalesce`. What has no value (a division by zero, the logarithm of −1, a number too large) is missing too,
//! and its row is noted. Branches are computed for their own rows alone, so that `if x != 0 then 1 / x else 0` notes nothing.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{Comparison, Expression, Node, Vector};
use crate::catalog::functions::{Apply, Function, ValueType};

/// Where columns come from.
pub trait Source {
    /// The values of a column in some rows.
    fn column(&self, column: usize, rows: &[usize]) -> Vector<'_>;

    /// Whether a column of texts says in each row what the spec writes; its kind knows which spellings are one class.
    fn says(&self, column: usize, written: &str, rows: &[usize]) -> Vec<Option<bool>>;
}

/// An evaluation over one source.
pub struct Evaluation<'a> {
    source: &'a dyn Source,
    undefined: RefCell<BTreeSet<usize>>,
}

impl<'a> Evaluation<'a> {
    pub fn new(source: &'a dyn Source) -> Self {
        Self { source, undefined: RefCell::default() }
    }

    /// The rows in which something had no value though all it was computed from had one.
    pub fn undefined(&self) -> BTreeSet<usize> {
        self.undefined.borrow().clone()
    }

    /// The values in some rows.
    pub fn values(&self, expression: &'a Expression, rows: &[usize]) -> Vector<'a> {
        let count = rows.len();
        match &expression.node {
            Node::Missing => Vector::missing(expression.ty, count),
            Node::Number(value) => Vector::Numbers(vec![*value; count]),
            Node::Truth(value) => Vector::Truths(vec![Some(*value); count]),
            Node::Text(text) => Vector::Texts(vec![Some(Cow::Borrowed(text.as_str())); count]),
            Node::Column(column) => self.source.column(*column, rows),
            Node::Negate(inner) => {
                Vector::Numbers(self.values(inner, rows).numbers().into_iter().map(|value| -value).collect())
            }
            Node::Not(inner) => {
                let truths = self.values(inner, rows).truths();
                Vector::Truths(truths.into_iter().map(|truth| truth.map(|truth| !truth)).collect())
            }
            Node::Arithmetic(operation, sides) => {
                let left = self.values(&sides[0], rows).numbers();
                let right = self.values(&sides[1], rows).numbers();
                let values = left.into_iter().zip(right).enumerate();
                Vector::Numbers(
                    values
                        .map(|(at, (left, right))| {
                            self.defined(operation.of(left, right), left.is_nan() || right.is_nan(), rows[at])
                        })
                        .collect(),
                )
            }
            Node::Compare(comparison, sides) => Vector::Truths(self.compared(*comparison, &sides[0], &sides[1], rows)),
            Node::And(sides) => Vector::Truths(self.joined(sides, false, rows)),
            Node::Or(sides) => Vector::Truths(self.joined(sides, true, rows)),
            Node::If(parts) => self.branched(parts, expression.ty, rows),
            Node::In(value, members) => {
                let mut found: Vec<Option<bool>> = vec![Some(false); count];
                for member in members {
                    let equal = self.compared(Comparison::Equal, value, member, rows);
                    for (found, equal) in found.iter_mut().zip(equal) {
                        *found = match (*found, equal) {
                            (Some(true), _) | (_, Some(true)) => Some(true),
                            (Some(_), Some(_)) => Some(false),
                            _ => None,
                        };
                    }
                }
                Vector::Truths(found)
            }
            Node::IsMissing(inner) => Vector::Truths(self.values(inner, rows).gone().into_iter().map(Some).collect()),
            Node::Call(function, arguments) => self.called(function, arguments, expression.ty, rows),
        }
    }

    /// A number, or a missing one if it is not finite; noted unless something that it was computed from was missing.
    fn defined(&self, value: f64, missing: bool, row: usize) -> f64 {
        if value.is_finite() && !missing {
            return value;
        }
        if !missing {
            self.undefined.borrow_mut().insert(row);
        }
        f64::NAN
    }

    fn compared(
        &self,
        comparison: Comparison,
        left: &'a Expression,
        right: &'a Expression,
        rows: &[usize],
    ) -> Vec<Option<bool>> {
        if let (Node::Column(column), Node::Text(written)) = (&left.node, &right.node) {
            let differs = comparison == Comparison::NotEqual;
            let says = self.source.says(*column, written, rows).into_iter();
            return says.map(|says| says.map(|says| says != differs)).collect();
        }
        match (self.values(left, rows), self.values(right, rows)) {
            (Vector::Numbers(left), Vector::Numbers(right)) => {
                let pairs = left.iter().zip(&right);
                pairs.map(|(left, right)| left.partial_cmp(right).map(|found| comparison.holds(found))).collect()
            }
            (left, right) => {
                let pairs = left.texts().into_iter().zip(right.texts());
                pairs.map(|(left, right)| Some(comparison.holds(left?.cmp(&right?)))).collect()
            }
        }
    }

    /// `and` (which a false side decides) and `or` (which a true one does); the right side is computed where the left one does not decide.
    fn joined(&self, sides: &'a [Expression; 2], decides: bool, rows: &[usize]) -> Vec<Option<bool>> {
        let mut truths = self.values(&sides[0], rows).truths();
        let open: Vec<usize> = (0..rows.len()).filter(|at| truths[*at] != Some(decides)).collect();
        let open_rows: Vec<usize> = open.iter().map(|at| rows[*at]).collect();
        for (at, right) in open.into_iter().zip(self.values(&sides[1], &open_rows).truths()) {
            truths[at] = match (truths[at], right) {
                (_, Some(right)) if right == decides => Some(decides),
                (Some(_), Some(_)) => Some(!decides),
                _ => None,
            };
        }
        truths
    }

    fn branched(&self, parts: &'a [Expression; 3], ty: ValueType, rows: &[usize]) -> Vector<'a> {
        let truths = self.values(&parts[0], rows).truths();
        let mut values = Vector::missing(ty, rows.len());
        for (branch, wanted) in [(&parts[1], true), (&parts[2], false)] {
            let places: Vec<usize> = (0..rows.len()).filter(|at| truths[*at] == Some(wanted)).collect();
            let branch_rows: Vec<usize> = places.iter().map(|at| rows[*at]).collect();
            values.place(&places, self.values(branch, &branch_rows));
        }
        values
    }

    fn called(&self, function: &Function, arguments: &'a [Expression], ty: ValueType, rows: &[usize]) -> Vector<'a> {
        if matches!(function.apply, Apply::First) {
            return self.first(arguments, ty, rows);
        }
        let of_numbers = |values: Vec<Vec<f64>>, call: &dyn Fn(&[f64]) -> f64| {
            let mut row_values = vec![0.0; values.len()];
            let value = |at: usize| {
                row_values.iter_mut().zip(&values).for_each(|(value, column)| *value = column[at]);
                let missing = row_values.iter().any(|value| value.is_nan());
                self.defined(if missing { f64::NAN } else { call(&row_values) }, missing, rows[at])
            };
            Vector::Numbers((0..rows.len()).map(value).collect())
        };
        let numbers = || arguments.iter().map(|argument| self.values(argument, rows).numbers()).collect();
        let texts = |argument: usize| self.values(&arguments[argument], rows).texts();
        match function.apply {
            Apply::Number(call) | Apply::NumberOfTime(call) => of_numbers(numbers(), &|values| call(values[0])),
            Apply::Numbers(call, ..) => of_numbers(numbers(), &call),
            Apply::NumberOfTimes(call) => of_numbers(numbers(), &|values| call(values[0], values[1])),
            Apply::NumberOfText(call) => {
                let value = |(at, text): (usize, Option<Cow<'a, str>>)| {
                    self.defined(text.as_deref().map_or(f64::NAN, call), text.is_none(), rows[at])
                };
                Vector::Numbers(texts(0).into_iter().enumerate().map(value).collect())
            }
            Apply::Text(call) => {
                Vector::Texts(texts(0).into_iter().map(|text| text.map(|text| Cow::Owned(call(&text)))).collect())
            }
            Apply::TruthOfTexts(call) => {
                let pairs = texts(0).into_iter().zip(texts(1));
                Vector::Truths(pairs.map(|(text, part)| Some(call(&text?, &part?))).collect())
            }
            Apply::Texts(call) => {
                let columns: Vec<_> = (0..arguments.len()).map(texts).collect();
                let value = |at: usize| {
                    let parts: Option<Vec<&str>> = columns.iter().map(|column| column[at].as_deref()).collect();
                    parts.map(|parts| Cow::Owned(call(&parts)))
                };
                Vector::Texts((0..rows.len()).map(value).collect())
            }
            Apply::First => Vector::missing(ty, rows.len()),
        }
    }

    /// The first value that is there; later ones are computed only where it takes them.
    fn first(&self, arguments: &'a [Expression], ty: ValueType, rows: &[usize]) -> Vector<'a> {
        let mut values = Vector::missing(ty, rows.len());
        let mut open: Vec<usize> = (0..rows.len()).collect();
        for argument in arguments {
            let open_rows: Vec<usize> = open.iter().map(|at| rows[*at]).collect();
            let found = self.values(argument, &open_rows);
            let gone = found.gone();
            values.place(&open, found);
            open = open.into_iter().zip(gone).filter(|(_, gone)| *gone).map(|(at, _)| at).collect();
        }
        values
    }
}
