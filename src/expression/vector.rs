//! The values of an expression over some rows.

use std::borrow::Cow;

use crate::catalog::functions::ValueType;

/// One value per row; a number or time that is missing is NaN.
#[derive(Clone, Debug, PartialEq)]
pub enum Vector<'a> {
    Numbers(Vec<f64>),
    Truths(Vec<Option<bool>>),
    Texts(Vec<Option<Cow<'a, str>>>),
    /// Of values that can only be there or not.
    Present(Vec<bool>),
}

impl<'a> Vector<'a> {
    /// So many missing values.
    pub fn missing(ty: ValueType, rows: usize) -> Self {
        match ty {
            ValueType::Number | ValueType::Time => Vector::Numbers(vec![f64::NAN; rows]),
            ValueType::Truth => Vector::Truths(vec![None; rows]),
            ValueType::Text => Vector::Texts(vec![None; rows]),
            ValueType::Set => Vector::Present(vec![false; rows]),
        }
    }

    /// Of each row, whether it has no value.
    pub fn gone(&self) -> Vec<bool> {
        match self {
            Vector::Numbers(values) => values.iter().map(|value| value.is_nan()).collect(),
            Vector::Truths(values) => values.iter().map(Option::is_none).collect(),
            Vector::Texts(values) => values.iter().map(Option::is_none).collect(),
            Vector::Present(values) => values.iter().map(|present| !present).collect(),
        }
    }

    pub fn numbers(self) -> Vec<f64> {
        match self {
            Vector::Numbers(values) => values,
            _ => Vec::new(),
        }
    }

    pub fn truths(self) -> Vec<Option<bool>> {
        match self {
            Vector::Truths(values) => values,
            _ => Vec::new(),
        }
    }

    /// As texts; numbers as a person would write them.
    pub fn texts(self) -> Vec<Option<Cow<'a, str>>> {
        match self {
            Vector::Texts(values) => values,
            Vector::Numbers(values) => {
                let text = |value: f64| (!value.is_nan()).then(|| Cow::Owned((value + 0.0).to_string()));
                values.into_iter().map(text).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Puts the values of some rows, by their places, where they belong.
    pub fn place(&mut self, places: &[usize], values: Vector<'a>) {
        fn put<T>(into: &mut [T], places: &[usize], values: Vec<T>) {
            places.iter().zip(values).for_each(|(place, value)| into[*place] = value);
        }
        match (self, values) {
            (Vector::Numbers(into), Vector::Numbers(values)) => put(into, places, values),
            (Vector::Truths(into), Vector::Truths(values)) => put(into, places, values),
            (Vector::Texts(into), Vector::Texts(values)) => put(into, places, values),
            (Vector::Present(into), Vector::Present(values)) => put(into, places, values),
            _ => {}
        }
    }
}
