//! Declared columns while they are filled from text: what is missing in them, what is wrong, and what to write instead.

use std::collections::{BTreeMap, HashSet};

use super::Request;
use super::words::Words;
use crate::check::pipeline::Column;
use crate::data::kinds::{Cells, KindHalf, Spelling};
use crate::data::looks::{self, Look};
use crate::data::notation::Notation;
use crate::data::problems::Places;
use crate::data::table::Table;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

/// A declared column while it is filled.
pub struct Filling<'a> {
    pub index: usize,
    pub column: &'a Column,
    pub half: &'a dyn KindHalf,
    /// Its place in a record.
    pub field: usize,
    pub cells: Box<dyn Cells>,
    pub words: Words,
    pub missing: Missing<'a>,
    pub wrong: Wrong,
}

/// Cells that are none of their column's kind.
#[derive(Default)]
pub struct Wrong {
    rows: Vec<usize>,
    /// Of the first rows, what is wrong.
    texts: Vec<String>,
}

impl Wrong {
    const KEPT: usize = 1000;

    pub fn add(&mut self, row: usize, text: impl FnOnce() -> String) {
        self.rows.push(row);
        if self.texts.len() < Self::KEPT {
            self.texts.push(text());
        }
    }

    /// Those in rows that anybody reads.
    fn places(&self, read: Option<&[bool]>) -> Places {
        let mut places = Places::default();
        for (index, row) in self.rows.iter().enumerate() {
            if read.is_none_or(|read| read[*row]) {
                places.add(|| self.texts.get(index).cloned().unwrap_or_default());
            }
        }
        places
    }
}

impl Filling<'_> {
    /// What to write so that the wrong cells are read; `rows` is how many there are in all.
    fn advice(&self, rows: usize, spelling: Spelling, notation: Option<Notation>) -> Option<String> {
        if self.wrong.rows.is_empty() {
            return None;
        }
        let name = &self.column.name;
        let Some(look) = self.cells.look() else { return self.cells.advice(name) };
        let missing: usize = self.missing.counts.values().sum();
        let right = rows.saturating_sub(missing + self.wrong.rows.len());
        // A number with a unit is no word.
        let words = self.words.instead(name, right).filter(|_| look.units.is_empty());
        words.or_else(|| look.advice(name, spelling, notation))
    }
}

/// Puts the columns into the table, and reports what is wrong with their cells where anybody reads them.
pub fn finish(
    filling: Vec<Filling<'_>>,
    table: &mut Table,
    request: &Request<'_>,
    spelling: Spelling,
    problems: &mut Vec<Diagnostic>,
) {
    table.columns = vec![None; request.set.columns.len()];
    table.spelled_missing = vec![BTreeMap::new(); request.set.columns.len()];
    let looks: Vec<&Look> = filling.iter().filter_map(|column| column.cells.look()).collect();
    let notation = Notation::of(looks.iter().map(|look| &look.marks));
    let fractions: Vec<Diagnostic> =
        filling.iter().filter_map(|column| read_as_fractions(column, request.name, spelling, notation)).collect();
    let advice: Vec<Option<String>> =
        filling.iter().map(|column| column.advice(table.rows, spelling, notation)).collect();
    let mut wrong = Vec::new();
    for (column, advice) in filling.into_iter().zip(advice) {
        table.columns[column.index] = Some(column.cells.finish());
        table.spelled_missing[column.index] = column.missing.counts;
        if !column.wrong.rows.is_empty() {
            wrong.push((column.index, column.column, column.wrong, advice));
        }
    }
    let before = problems.len();
    for (index, column, wrong, advice) in wrong {
        let places = wrong.places((request.read)(index, table).as_deref());
        if !places.is_empty() {
            problems.push(wrong_cells(column, &places, request.name, advice));
        }
    }
    // What is wrong with some cells mostly explains the others.
    if problems.len() == before {
        problems.extend(fractions);
    }
}

/// The cells of a column that cannot be read, and what to write so that they are.
fn wrong_cells(column: &Column, places: &Places, file: &str, advice: Option<String>) -> Diagnostic {
    let message = format!("`{file}`, {}", places.first());
    let diagnostic = Diagnostic::new(&codes::WRONG_VALUE, column.span, message)
        .here(format!("declared as `{}`", column.kind.name()));
    let diagnostic = places.note_rest(diagnostic);
    match advice {
        Some(advice) => diagnostic.help(advice),
        None => diagnostic,
    }
}

/// Cells of a column that can be read and seem to mean something else.
fn read_as_fractions(
    column: &Filling<'_>,
    file: &str,
    spelling: Spelling,
    notation: Option<Notation>,
) -> Option<Diagnostic> {
    let declared = column.column;
    let (message, help) = looks::read_as_fractions(column.cells.look()?, spelling, notation)?;
    let message = format!("`{file}`: `{}` {message}", declared.source);
    Some(Diagnostic::new(&codes::AMBIGUOUS_NUMBERS, declared.span, message).here("read as fractions").help(help))
}

/// The spellings of a missing value in one column, and how often each stands there.
pub struct Missing<'a> {
    spellings: HashSet<&'a [u8]>,
    /// The numbers among them, for a column of numbers: `-999` is `-999.0`.
    numbers: Vec<f64>,
    counts: BTreeMap<String, usize>,
}

impl<'a> Missing<'a> {
    pub fn of(column: &'a Column, format: &'a [String]) -> Self {
        let declared = column.kind.declared_classes().unwrap_or_default();
        let spellings = match column.kind.missing() {
            Some(own) => own,
            None => format,
        };
        // A class that is declared is one.
        let spellings = spellings.iter().filter(|spelling| !declared.contains(spelling));
        let of_numbers = column.kind.name() == "number";
        Self {
            numbers: spellings
                .clone()
                .filter(|_| of_numbers)
                .filter_map(|one| one.parse().ok())
                .filter(|one: &f64| !one.is_nan())
                .collect(),
            spellings: spellings.map(|spelling| spelling.as_bytes()).collect(),
            counts: BTreeMap::new(),
        }
    }

    pub fn takes(&self, cell: &[u8]) -> bool {
        self.spellings.contains(cell)
            || (!self.numbers.is_empty()
                && std::str::from_utf8(cell)
                    .ok()
                    .and_then(|cell| cell.parse().ok())
                    .is_some_and(|cell| self.numbers.contains(&cell)))
    }

    pub fn count(&mut self, cell: &[u8]) {
        let spelling = String::from_utf8_lossy(cell);
        match self.counts.get_mut(spelling.as_ref()) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(spelling.into_owned(), 1);
            }
        }
    }
}
