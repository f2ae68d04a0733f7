//! Columns that are made of others, and which rows meet a condition: expressions over the columns of a table.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, Float64Array};

use super::kinds::{self, Spelling};
use super::problems::{at_rows, count};
use super::table::Table;
use crate::catalog::functions::ValueType;
use crate::diag::Diagnostic;
use crate::diag::codes::made as codes;
use crate::expression::{Evaluation, Expression, Source, Vector};
use crate::pipeline::{DataSet, Origin};

/// How many rows are computed at once: what lies between columns stays small.
const CHUNK: usize = 8192;

/// The columns of a table, those that are made included, whether they have been made or not.
struct Columns<'a> {
    set: &'a DataSet,
    table: &'a Table,
}

impl Source for Columns<'_> {
    fn column(&self, column: usize, rows: &[usize]) -> Vector<'_> {
        let declared = &self.set.columns[column];
        let ty = declared.kind.in_expressions();
        match (self.table.column(column), &declared.origin) {
            (Some(array), _) => values_of(array, ty, rows, &|row| kinds::half(&declared.kind).text(array, row)),
            (None, Origin::Made(expression)) => {
                let values = Evaluation::new(self).values(expression, rows);
                // A category may be made of numbers.
                if ty == ValueType::Text { Vector::Texts(values.texts()) } else { values }
            }
            (None, _) => Vector::missing(ty, rows.len()),
        }
    }

    fn says(&self, column: usize, written: &str, rows: &[usize]) -> Vec<Option<bool>> {
        let Some(array) = self.table.column(column) else {
            let texts = self.column(column, rows).texts();
            return texts.into_iter().map(|text| text.map(|text| text == written)).collect();
        };
        let half = kinds::half(&self.set.columns[column].kind);
        let Some(dictionary) = array.as_dictionary_opt::<Int32Type>() else {
            return rows.iter().map(|row| half.says(array, *row, written)).collect();
        };
        // Each class is asked once.
        let keys = dictionary.keys();
        let mut known: Vec<Option<Option<bool>>> = vec![None; dictionary.values().len()];
        let says = |row: &usize| {
            let key = keys.is_valid(*row).then(|| keys.value(*row) as usize)?;
            *known[key].get_or_insert_with(|| half.says(array, *row, written))
        };
        rows.iter().map(says).collect()
    }
}

/// What a column holds in some rows.
fn values_of<'a>(
    array: &'a ArrayRef,
    ty: ValueType,
    rows: &[usize],
    text: &dyn Fn(usize) -> Option<String>,
) -> Vector<'a> {
    match ty {
        ValueType::Number | ValueType::Time => match array.as_primitive_opt::<Float64Type>() {
            Some(numbers) => {
                let value = |row: &usize| if numbers.is_valid(*row) { numbers.value(*row) } else { f64::NAN };
                Vector::Numbers(rows.iter().map(value).collect())
            }
            None => Vector::missing(ty, rows.len()),
        },
        ValueType::Set | ValueType::Truth => Vector::Present(rows.iter().map(|row| array.is_valid(*row)).collect()),
        ValueType::Text => {
            let dictionary = array.as_dictionary_opt::<Int32Type>();
            let classes = dictionary.and_then(|found| Some((found.keys(), found.values().as_string_opt::<i32>()?)));
            if let Some((keys, texts)) = classes {
                let value =
                    |row: &usize| keys.is_valid(*row).then(|| Cow::Borrowed(texts.value(keys.value(*row) as usize)));
                return Vector::Texts(rows.iter().map(value).collect());
            }
            match array.as_string_opt::<i32>() {
                Some(texts) => {
                    let value = |row: &usize| texts.is_valid(*row).then(|| Cow::Borrowed(texts.value(*row)));
                    Vector::Texts(rows.iter().map(value).collect())
                }
                None => Vector::Texts(rows.iter().map(|row| text(*row).map(Cow::Owned)).collect()),
            }
        }
    }
}

/// Keeps, of the rows that are still in, those that meet a condition; a row of which it is not known does not.
pub(super) fn meets(set: &DataSet, table: &Table, condition: &Expression, inside: &mut [bool]) {
    let columns = Columns { set, table };
    let rows: Vec<usize> = (0..table.rows).filter(|row| inside[*row]).collect();
    for rows in rows.chunks(CHUNK) {
        let truths = Evaluation::new(&columns).values(condition, rows).truths();
        rows.iter().zip(truths).for_each(|(row, truth)| inside[*row] = truth == Some(true));
    }
}

/// Makes the columns of a table that are made of others and wanted, where what they are made of is there.
pub(super) fn make(set: &DataSet, table: &mut Table, wanted: &[bool]) {
    let mut open: Vec<usize> = (0..set.columns.len()).filter(|column| wanted[*column]).collect();
    let mut begun: BTreeSet<usize> = BTreeSet::new();
    while let Some(next) = open.last().copied() {
        let Origin::Made(expression) = &set.columns[next].origin else {
            open.pop();
            continue;
        };
        // What it is made of comes first; there are no circles.
        if table.columns[next].is_none() && begun.insert(next) {
            open.extend(expression.columns());
            continue;
        }
        open.pop();
        let there = |column: &usize| table.columns[*column].is_some();
        if table.columns[next].is_none() && expression.columns().iter().all(there) {
            let (array, undefined) = made(set, table, next, expression);
            table.columns[next] = Some(array);
            if !undefined.is_empty() {
                table.undefined.insert(next, undefined);
            }
        }
    }
}

/// A column, and the rows in which it has no value though all that it is made of has one.
fn made(set: &DataSet, table: &Table, column: usize, expression: &Expression) -> (ArrayRef, Vec<usize>) {
    let columns = Columns { set, table };
    let kind = &set.columns[column].kind;
    let half = kinds::half(kind);
    let of_numbers = matches!(kind.in_expressions(), ValueType::Number | ValueType::Time);
    let mut numbers = Vec::with_capacity(if of_numbers { table.rows } else { 0 });
    let mut cells = half.cells(Spelling::PLAIN, &[]);
    let mut undefined = Vec::new();
    let rows: Vec<usize> = (0..table.rows).collect();
    for rows in rows.chunks(CHUNK) {
        let evaluation = Evaluation::new(&columns);
        let values = evaluation.values(expression, rows);
        undefined.extend(evaluation.undefined());
        if of_numbers {
            numbers.extend(values.numbers().into_iter().map(|value| (!value.is_nan()).then_some(value)));
            continue;
        }
        for text in values.texts() {
            match text.filter(|text| !text.is_empty() || !half.empty_is_missing()) {
                // A text that is none of the kind has been left without a value.
                Some(text) => _ = cells.push(&text),
                None => cells.push_missing(),
            }
        }
    }
    let array = if of_numbers { Arc::new(Float64Array::from(numbers)) as ArrayRef } else { cells.finish() };
    (array, undefined)
}

/// Rows in which a column that is made of others has no value, though all that it is made of has one.
pub(super) fn undefined_values(set: &DataSet, table: &Table) -> Vec<Diagnostic> {
    let said = |(column, rows): (&usize, &Vec<usize>)| {
        let declared = &set.columns[*column];
        let Origin::Made(expression) = &declared.origin else { return None };
        let message = format!("`{}` has no value in {}", declared.name, count(rows.len(), "row"));
        let diagnostic = at_rows(&codes::UNDEFINED_VALUE, expression.span, &message, table, rows)
            .here("divides by zero there, or the like")
            .help(format!("if that is meant, say so: `{}: … = if … then missing else …`", declared.name));
        Some(diagnostic)
    };
    table.undefined.iter().filter_map(said).collect()
}
