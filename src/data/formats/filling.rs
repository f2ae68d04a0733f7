//! Declared columns while they are filled: what is missing in them, what is wrong, and what to write instead.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};

use super::inline;
use super::items::{Item, bytes_at, is_array, item, json};
use super::missing::Missing;
use super::words::Words;
use super::written::Piece;
use super::{Filled, Part, Request};
use crate::catalog::kinds::Media;
use crate::data::kinds::{self, Cells, KindHalf, Spelling};
use crate::data::looks::{self, Look};
use crate::data::notation::Notation;
use crate::data::notes::RowNote;
use crate::data::parallel::each;
use crate::data::problems::{Places, count, shown};
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
    /// What is said of the rows that are being taken, from this one on.
    notes: Arc<[RowNote]>,
    noted_from: usize,
    /// Whether no cell may name a file.
    closed: bool,
    words: Words,
    missing: Missing,
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
            notes: Arc::default(),
            noted_from: 0,
            closed: false,
            words: Words::default(),
            missing: Missing::of(column, missing),
            wrong: Wrong::default(),
        }
    }

    /// Where paths begin that cells hold.
    pub fn folder(&mut self, folder: &Path) {
        self.cells.folder(folder);
    }

    /// No cell may name a file.
    pub fn close(&mut self) {
        self.closed = self.column.kind.names_files();
    }

    /// What is said of the next rows, which begin at this one.
    pub fn note(&mut self, notes: &Arc<[RowNote]>, from: usize) {
        (self.notes, self.noted_from) = (notes.clone(), from);
    }

    /// What is wrong with the cell of a row, with the places of the objects in it.
    fn located(&self, row: usize, reason: String) -> String {
        let note = row.checked_sub(self.noted_from).and_then(|row| self.notes.get(row));
        if let Some(note) = note { note.located(reason) } else { reason }
    }

    /// Whether it can be given as written numbers.
    pub fn takes_written(&self) -> bool {
        self.cells.takes_plain() && self.column.map.is_empty() && self.missing.numbers.is_empty()
    }

    /// Takes the next rows; `base` is how many there were before, `place` names a row of them.
    pub fn take(&mut self, filled: &Filled, base: usize, place: &dyn Fn(usize) -> String) {
        match filled {
            Filled::Array(array) => self.take_array(array, base, place),
            Filled::Part(part) => {
                if !(self.needs_no_look(part) && self.cells.push_part(part)) {
                    self.take_array(&part.array(), base, place);
                }
            }
            Filled::Written(written) => {
                written.pieces(&mut |piece| match piece {
                    Piece::Numbers(numbers) => self.cells.push_plain(numbers),
                    Piece::Text(row, cell) => self.take_text(cell, base + row, &|| place(row)),
                    Piece::Nothing => {
                        self.missing.gone += 1;
                        self.cells.push_missing();
                    }
                });
                self.cells.add_tally(&written.tally);
            }
        }
    }

    /// Whether a part means what it holds, and nothing in it is missing.
    fn needs_no_look(&self, part: &Part) -> bool {
        self.column.map.is_empty()
            && match part.array().as_string_opt::<i32>() {
                Some(texts) => self.missing.takes_none(texts),
                None => self.missing.numbers.is_empty(),
            }
    }

    fn take_array(&mut self, array: &ArrayRef, base: usize, place: &dyn Fn(usize) -> String) {
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
            let groups = self.column.kind.takes_groups();
            let reason = match item(array, row) {
                // Kinds that take groups read them as they read JSON.
                item @ (Item::List(_) | Item::Group(_)) if groups => {
                    self.cells.come_from_array(is_array(&item));
                    self.take_text(&json(array, row).to_string(), base + row, &|| place(row));
                    continue;
                }
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
        if self.missing.takes(&text) {
            self.missing.count(&text);
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

    /// Takes a cell that means something: bytes that stand in it, or what its kind makes of it.
    fn push(&mut self, cell: &str) -> Result<(), String> {
        match inline::bytes(cell).filter(|_| self.cells.takes_bytes()) {
            Some(Ok(bytes)) => {
                self.cells.push_bytes(&bytes);
                Ok(())
            }
            Some(Err(reason)) => {
                self.cells.push_missing();
                Err(reason)
            }
            None if self.closed && !cell.starts_with(['[', '{']) => {
                self.cells.push_missing();
                let (what, form) = match self.column.kind.media() {
                    Some(Media::Sounds) => ("sound", "audio/wav"),
                    _ => ("picture", "image/png"),
                };
                Err(format!(
                    "a path, and no file of this machine is read here: give the {what} as `data:{form};base64,…`"
                ))
            }
            None => self.cells.push(cell),
        }
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
            if let Err(reason) = self.push(meant) {
                let (cell, meant) = (shown(whole), shown(meant));
                self.wrong.add(row, || {
                    format!("{}: `{source}` is `{cell}`, mapped to `{meant}`, which is {reason}", place())
                });
            }
            return;
        }
        if self.missing.takes(trimmed) || (trimmed.is_empty() && self.half.empty_is_missing()) {
            self.missing.count(trimmed);
            self.cells.push_missing();
            return;
        }
        if let Err(reason) = self.push(whole) {
            self.words.add(whole);
            let reason = self.located(row, reason);
            self.wrong.add(row, || format!("{}: `{source}` is `{}`, which is {reason}", place(), shown(whole)));
        }
    }

    /// The values since the last time that they were taken.
    pub fn taken(&mut self) -> ArrayRef {
        self.cells.finish()
    }

    /// Whether every cell could be read, or is missing where it could not.
    pub fn is_right(&self) -> bool {
        self.wrong.rows.is_empty() || self.column.kind.skips_broken()
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
    let finished = each(filling, &|mut column| {
        let cells = (!stored).then(|| column.cells.finish());
        (column, cells)
    });
    for ((column, cells), advice) in finished.into_iter().zip(advice) {
        if let Some(cells) = cells {
            table.columns[column.index] = Some(cells);
        }
        if !column.wrong.rows.is_empty() {
            wrong.push((column.index, column.column, column.wrong, advice));
        }
    }
    let before = problems.len();
    for (index, column, wrong, advice) in wrong {
        let places = wrong.places((request.read)(index, table).as_deref());
        if places.is_empty() {
            continue;
        }
        if column.kind.skips_broken() {
            table.told.push(skipped_cells(column, &places));
        } else {
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
        None if column.kind.is_only_a_label() => diagnostic.help(format!(
            "mend them, or take them as missing: `broken: skip` in `{}: {}(…)`",
            column.name,
            column.kind.name()
        )),
        None => diagnostic,
    }
}

/// Cells of a column that cannot be used, and that the spec says to take as missing.
pub fn skipped_cells(column: &Column, places: &Places) -> Diagnostic {
    let message =
        format!("{} of `{}` taken as missing ({})", count(places.count(), "cell"), column.name, places.first());
    places.note_rest(Diagnostic::new(&codes::SKIPPED_CELL, column.span, message).here("says to skip them"))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::StringArray;
    use proptest::prelude::*;

    use super::super::written::Cells;
    use super::*;
    use crate::catalog::kinds::KindDef;
    use crate::catalog::kinds::number::Number;
    use crate::pipeline::Origin;
    use crate::source::Span;

    fn numbers() -> Column {
        Column {
            name: "c".into(),
            source: "c".into(),
            kind: KindDef::Number(Number { unit: String::new(), missing: None }),
            map: BTreeMap::new(),
            shape: Vec::new(),
            axes: Vec::new(),
            origin: Origin::File,
            span: Span::default(),
        }
    }

    /// What a column has come to, and what is said of it.
    fn came(mut filling: Filling<'_>, rows: usize) -> String {
        let advice = filling.advice(rows, Spelling::PLAIN, None);
        let (missing, wrong, look) = (&filling.missing, &filling.wrong, filling.cells.look());
        let said =
            format!("{:?} {} {:?} {:?} {look:?} {advice:?}", missing.counts, missing.gone, wrong.rows, wrong.texts);
        format!("{:?} {said}", filling.taken())
    }

    proptest! {
        /// Numbers that are read while text is cut are what the texts of their cells are, in whatever pieces they come.
        #[test]
        fn written_numbers_are_their_texts(
            cells in prop::collection::vec(prop::option::weighted(0.9, "[-+]?[0-9]{0,4}(\\.[0-9]{0,4})?|[0-9]{18,24}|NA|x| 1|1,250|[1-9]\\.[0-9]{3}|1e3|\\$5|9{320}"), 0..40),
            at in 0..40usize,
        ) {
            let (column, missing) = (numbers(), vec!["NA".to_string()]);
            let filling = || Filling::new(0, &column, 0, &missing, Spelling::PLAIN);
            let (mut of_texts, mut of_numbers) = (filling(), filling());
            prop_assert!(of_numbers.takes_written());
            let (first, second) = cells.split_at(at.min(cells.len()));
            for (base, cells) in [(0, first), (first.len(), second)] {
                let place = |row: usize| format!("row {}", base + row + 1);
                let texts: ArrayRef = Arc::new(StringArray::from(cells.to_vec()));
                of_texts.take(&Filled::Array(texts), base, &place);
                let mut written = Cells::new(true);
                cells.iter().for_each(|cell| written.push(cell.as_deref()));
                of_numbers.take(&written.finish(), base, &place);
            }
            prop_assert_eq!(came(of_texts, cells.len()), came(of_numbers, cells.len()));
        }
    }
}
