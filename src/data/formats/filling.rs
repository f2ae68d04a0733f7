//! Declared columns while they are filled: what is missing in them, what is wrong, and what to write instead.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};

use super::Request;
use super::items::{Item, bytes_at, item};
use super::words::Words;
use crate::data::kinds::{self, Cells, KindHalf, Spelling};
use crate::data::looks::{self, Look};
use crate::data::notation::Notation;
use crate::data::problems::{Places, shown};
use crate::data::table::Table;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Column;

/// A declared column while it is filled.
pub struct Filling<'a> {
    pub index: usize,
    pub column: &'a Column,
    half: &'a dyn KindHalf,
    /// Its place in the file.
    pub field: usize,
    cells: Box<dyn Cells>,
    words: Words,
    missing: Missing<'a>,
    wrong: Wrong,
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

impl<'a> Filling<'a> {
    /// Nothing yet. `missing` are the format's spellings of a missing value.
    pub fn new(index: usize, column: &'a Column, field: usize, missing: &'a [String], spelling: Spelling) -> Self {
        let half = kinds::half(&column.kind);
        let mut cells = half.cells(spelling, &column.shape);
        if let Some(layout) = column.layout() {
            cells.lay_out(&layout);
        }
        Self {
            index,
            column,
            half,
            field,
            cells,
            words: Words::default(),
            missing: Missing::of(column, missing),
            wrong: Wrong::default(),
        }
    }

    /// Where paths begin that cells hold.
    pub fn folder(&mut self, folder: &Path) {
        self.cells.folder(folder);
    }

    /// Takes the next rows; `base` is how many there were before, `place` names a row of them.
    pub fn take(&mut self, array: &ArrayRef, base: usize, place: &dyn Fn(usize) -> String) {
        if self.take_numbers(array) {
            return;
        }
        if let Some(texts) = array.as_string_opt::<i32>().filter(|texts| texts.null_count() == 0) {
            for row in 0..texts.len() {
                self.take_text(texts.value(row), base + row, &|| place(row));
            }
            return;
        }
        for row in 0..array.len() {
            if self.cells.takes_bytes()
                && let Some(bytes) = bytes_at(array, row)
            {
                self.cells.push_bytes(bytes);
                continue;
            }
            let reason = match item(array, row) {
                Item::Missing => {
                    self.missing.gone += 1;
                    self.cells.push_missing();
                    continue;
                }
                Item::Text(text) => {
                    self.take_text(&text, base + row, &|| place(row));
                    continue;
                }
                item if !self.column.map.is_empty() => {
                    self.take_text(&item.text(), base + row, &|| place(row));
                    continue;
                }
                Item::List(items) => self.cells.push_list(&items),
                Item::Moment(seconds) => self.cells.push_moment(seconds),
                item @ (Item::Group(_) | Item::Bytes(_)) => {
                    self.cells.push_missing();
                    Err(format!("{} and no value", item.text()))
                }
                item => self.take_number(&item),
            };
            if let Err(reason) = reason {
                let source = &self.column.source;
                self.wrong.add(base + row, || {
                    format!("{}: `{source}` is `{}`, which is {reason}", place(row), shown(&item(array, row).text()))
                });
            }
        }
    }

    /// Takes a number as its file holds it.
    fn take_number(&mut self, item: &Item<'_>) -> Result<(), String> {
        let number = item.number().unwrap_or(f64::NAN);
        // Which is how programs write a missing number.
        if number.is_nan() || self.missing.takes_number(number) {
            self.missing.gone += 1;
            self.cells.push_missing();
            return Ok(());
        }
        if self.cells.takes_numbers() {
            return self.cells.push_number(number);
        }
        let text = item.text();
        if self.missing.takes(text.as_bytes()) {
            self.missing.count(text.as_bytes());
            self.cells.push_missing();
            return Ok(());
        }
        self.cells.push(&text)
    }

    /// Numbers that need no looking at, all at once; false if there are others among them.
    fn take_numbers(&mut self, array: &ArrayRef) -> bool {
        if !self.cells.takes_numbers() || !self.column.map.is_empty() || !self.missing.numbers.is_empty() {
            return false;
        }
        let nulls = array.nulls();
        macro_rules! all {
            ($type:ty) => {{
                let Some(numbers) = array.as_primitive_opt::<$type>() else { return false };
                let values: Vec<f64> = numbers.values().iter().map(|value| *value as f64).collect();
                self.cells.push_numbers(&values, nulls)
            }};
        }
        match array.data_type() {
            arrow_schema::DataType::Float64 => {
                let Some(numbers) = array.as_primitive_opt::<Float64Type>() else { return false };
                self.cells.push_numbers(numbers.values(), nulls)
            }
            arrow_schema::DataType::Float32 => all!(Float32Type),
            arrow_schema::DataType::Int64 => all!(Int64Type),
            arrow_schema::DataType::Int32 => all!(Int32Type),
            _ => return false,
        }
        .map(|gone| self.missing.gone += gone)
        .is_some()
    }

    /// Takes a cell of text.
    fn take_text(&mut self, cell: &str, row: usize, place: &dyn Fn() -> String) {
        let trimmed = cell.trim_ascii();
        let whole = if self.half.keeps_spaces() { cell } else { trimmed };
        let meant = match self.column.map.is_empty() {
            true => Cow::Borrowed(whole),
            false => self.half.meaning(whole, &self.column.map),
        };
        let source = &self.column.source;
        // What the map gives is no spelling of a missing value.
        if let Cow::Owned(meant) = &meant {
            if let Err(reason) = self.cells.push(meant) {
                let (cell, meant) = (shown(whole), shown(meant));
                self.wrong.add(row, || {
                    format!("{}: `{source}` is `{cell}`, mapped to `{meant}`, which is {reason}", place())
                });
            }
            return;
        }
        let bytes = trimmed.as_bytes();
        if self.missing.takes(bytes) || (bytes.is_empty() && self.half.empty_is_missing()) {
            self.missing.count(bytes);
            self.cells.push_missing();
            return;
        }
        if let Err(reason) = self.cells.push(whole) {
            self.words.add(whole);
            self.wrong.add(row, || format!("{}: `{source}` is `{}`, which is {reason}", place(), shown(whole)));
        }
    }

    /// The values since the last time that they were taken.
    pub fn taken(&mut self) -> ArrayRef {
        self.cells.finish()
    }

    /// Whether every cell could be read.
    pub fn is_right(&self) -> bool {
        self.wrong.rows.is_empty()
    }

    /// What to write so that the wrong cells are read; `rows` is how many there are in all.
    fn advice(&self, rows: usize, spelling: Spelling, notation: Option<Notation>) -> Option<String> {
        if self.wrong.rows.is_empty() {
            return None;
        }
        let name = &self.column.name;
        let Some(look) = self.cells.look() else { return self.cells.advice(name) };
        let missing = self.missing.counts.values().sum::<usize>() + self.missing.gone;
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
    store: impl FnOnce(&Table) -> Result<Option<Table>, String>,
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
    filling.iter().for_each(|column| table.spelled_missing[column.index].clone_from(&column.missing.counts));
    let stored = match store(table) {
        Ok(Some(stored)) => {
            *table = stored;
            table.columns.resize(request.set.columns.len(), None);
            true
        }
        Ok(None) => false,
        Err(reason) => {
            problems.push(request.unreadable(&reason));
            return;
        }
    };
    for (mut column, advice) in filling.into_iter().zip(advice) {
        if !stored {
            table.columns[column.index] = Some(column.cells.finish());
        }
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
    /// The bytes that any of them begins with, which tell of most cells that they are none of them.
    begin: [bool; 256],
    /// The numbers among them, for a column of numbers: `-999` is `-999.0`.
    numbers: Vec<f64>,
    counts: BTreeMap<String, usize>,
    /// How many have no spelling: the file has nothing there.
    gone: usize,
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
        let mut begin = [false; 256];
        spellings
            .clone()
            .filter_map(|spelling| spelling.bytes().next())
            .for_each(|byte| begin[usize::from(byte)] = true);
        Self {
            begin,
            numbers: spellings
                .clone()
                .filter(|_| of_numbers)
                .filter_map(|one| one.parse().ok())
                .filter(|one: &f64| !one.is_nan())
                .collect(),
            spellings: spellings.map(|spelling| spelling.as_bytes()).collect(),
            counts: BTreeMap::new(),
            gone: 0,
        }
    }

    pub fn takes(&self, cell: &[u8]) -> bool {
        (cell.first().is_none_or(|first| self.begin[usize::from(*first)]) && self.spellings.contains(cell))
            || (!self.numbers.is_empty()
                && std::str::from_utf8(cell)
                    .ok()
                    .and_then(|cell| cell.parse().ok())
                    .is_some_and(|cell| self.numbers.contains(&cell)))
    }

    pub fn takes_number(&self, number: f64) -> bool {
        self.numbers.contains(&number)
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
