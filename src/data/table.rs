//! What the files of a data set hold: typed columns, and where each row came from.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow_array::{Array, ArrayRef};
use serde::{Deserialize, Serialize};

use super::kinds::{self, Spelling};
use super::notes::RowNote;
use super::store::Fixed;
use crate::diag::Diagnostic;
use crate::pipeline::{Column, DataSet, Part};

/// The data sets of a pipeline, in its order.
#[derive(Clone, Debug)]
pub struct Tables {
    pub sets: Vec<Table>,
}

/// A data set as read. Rows are numbered in the order of the files: for a split by files, train, then valid, then test.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub rows: usize,
    pub files: Vec<FileSeen>,
    /// The names in the first file.
    pub header: Vec<String>,
    /// One per declared column; `None` if the file has none and nobody needs it.
    pub columns: Vec<Option<ArrayRef>>,
    /// A hash of what each row holds in the file, whatever the spec declares and in whatever order the columns stand.
    pub content: Fixed<16>,
    /// A hash of what each row holds in the columns that the spec does not declare; empty if the files do not have the same.
    pub undeclared: Fixed<8>,
    /// The names of these columns, sorted.
    pub undeclared_names: Vec<String>,
    /// Per declared column: how a missing value is spelled, and how often.
    pub spelled_missing: Vec<BTreeMap<String, usize>>,
    /// The line at which each row begins; empty if the format has no lines.
    pub lines: Fixed<4>,
    /// What is said of each row beside its columns; empty if nothing is.
    pub notes: Vec<RowNote>,
    /// By column of arrays of tracks, how many frames each of them has.
    pub frames: BTreeMap<usize, usize>,
    /// The files of the tables that are joined; they have no rows here.
    pub joined: Vec<FileSeen>,
    /// What its columns of pictures name: no files with rows, and hashes over all of them.
    pub media: Vec<FileSeen>,
    /// By column of clips that may differ in length, how many frames are read of them.
    pub clips: BTreeMap<usize, Lengths>,
    /// By column of sounds, how many samples these have.
    pub sounds: BTreeMap<usize, Lengths>,
    /// Rows that were left out, each with its place and why.
    pub left_out: Vec<String>,
    /// What is to be told of its cells, and is no error.
    pub told: Vec<Diagnostic>,
    /// Of rows that were left out: then, of each row that is left, its number in its file, from 0 on.
    pub numbers: Vec<usize>,
    /// By table that is joined, the rows whose key it does not have.
    pub unmatched: BTreeMap<usize, Vec<usize>>,
    /// By column that is made of others, the rows in which it has no value though all that it is made of has one.
    pub undefined: BTreeMap<usize, Vec<usize>>,
    /// What its rows are counted by.
    pub unit: Unit,
    /// Whether its columns lie on disk, since they are too large for memory.
    pub stored: bool,
}

/// How long clips are, in frames, or sounds, in samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lengths {
    pub count: usize,
    pub all: usize,
    pub least: usize,
    pub most: usize,
}

impl Lengths {
    pub fn of(lengths: impl Iterator<Item = usize>) -> Self {
        let more = |so_far: Lengths, own: usize| Lengths {
            count: so_far.count + 1,
            all: so_far.all + own,
            least: if so_far.count == 0 { own } else { so_far.least.min(own) },
            most: so_far.most.max(own),
        };
        lengths.fold(Lengths::default(), more)
    }

    /// "; 24.1 frames on average, 7 to 40"; nothing if there are no clips.
    pub fn words(&self) -> String {
        if self.count == 0 {
            return String::new();
        }
        let mean = self.all as f64 / self.count as f64;
        format!("; {mean:.1} frames on average, {} to {}", self.least, self.most)
    }

    /// "; 0.52 s on average, 0.31 to 0.80" of samples of so many a second; nothing if there are no sounds.
    pub fn seconds(&self, rate: usize) -> String {
        if self.count == 0 {
            return String::new();
        }
        let [mean, least, most] = [self.all as f64 / self.count as f64, self.least as f64, self.most as f64]
            .map(|samples| samples / rate as f64);
        format!("; {mean:.2} s on average, {least:.2} to {most:.2}")
    }
}

/// What the rows of a file are counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Lines of text, which the format counts itself.
    #[default]
    Line,
    /// Rows from 1 on.
    Row,
    /// Entries of arrays, from 0 on.
    Entry,
}

impl Unit {
    /// The name of a row, by its place in the file from 0 on.
    pub fn of(self, row: usize) -> String {
        match self {
            Unit::Line | Unit::Row => format!("row {}", row + 1),
            Unit::Entry => format!("entry {row}"),
        }
    }
}

pub type RowHash = [u8; 16];

/// One file of a data set.
#[derive(Clone, Debug)]
pub struct FileSeen {
    /// As the spec or the command line names it.
    pub name: String,
    /// Of the file as it lies on disk, in hexadecimal.
    pub sha256: String,
    pub rows: Range<usize>,
    /// For a split by files.
    pub part: Part,
}

impl Table {
    /// No rows at all, of some of the columns that are declared.
    pub fn without_rows(set: &DataSet, wanted: &[bool]) -> Self {
        let empty = |column: &Column| kinds::half(&column.kind).cells(Spelling::PLAIN, &column.shape).finish();
        Self {
            columns: set.columns.iter().zip(wanted).map(|(column, wanted)| wanted.then(|| empty(column))).collect(),
            spelled_missing: vec![BTreeMap::new(); set.columns.len()],
            ..Self::default()
        }
    }

    pub fn column(&self, index: usize) -> Option<&ArrayRef> {
        self.columns.get(index).and_then(Option::as_ref)
    }

    /// The line at which a row begins, if there are lines.
    fn line(&self, row: usize) -> Option<u32> {
        self.lines.get(row).map(u32::from_le_bytes)
    }

    /// Its files, those of the tables that are joined, and those that its rows name.
    pub fn all_files(&self) -> impl Iterator<Item = &FileSeen> {
        self.files.iter().chain(&self.joined).chain(&self.media)
    }

    /// Where a row stands, for messages: "`d.csv`, line 7", "`d.json`, `a.png`".
    pub fn place(&self, row: usize) -> String {
        let file = self.files.iter().find(|file| file.rows.contains(&row));
        let name = file.map_or("", |file| file.name.as_str());
        format!("`{name}`, {}", self.in_file(row, self.number_in_file(row)))
    }

    /// What a row is called in its file, in which it has this number, from 0 on.
    fn in_file(&self, row: usize, number: usize) -> String {
        match (self.line(row), self.notes.get(row)) {
            (Some(line), _) => format!("line {line}"),
            (None, Some(note)) if !note.name.is_empty() => note.name.clone(),
            (None, _) => self.unit.of(number),
        }
    }

    /// "object 3", counted from 1, and where that is written, if the format says so.
    pub fn object(&self, row: usize, place: usize) -> String {
        let written = self.notes.get(row).and_then(|note| note.object(place));
        let written = written.map_or(String::new(), |written| format!(" ({written})"));
        format!("object {}{written}", place + 1)
    }

    /// The number of a row in its file, from 0 on.
    fn number_in_file(&self, row: usize) -> usize {
        let file = self.files.iter().find(|file| file.rows.contains(&row));
        self.numbers.get(row).copied().unwrap_or(row - file.map_or(0, |file| file.rows.start))
    }

    /// "line 7", "row 7" or "entry 6" of a table of one file.
    pub fn short_unit(&self, row: usize) -> String {
        self.in_file(row, row)
    }

    /// "line 7" or "entry 6", where the file is clear.
    pub fn short_place(&self, row: usize) -> String {
        if self.files.len() > 1 { self.place(row) } else { self.in_file(row, self.number_in_file(row)) }
    }

    /// What a column holds, row by row, as text; nothing if it is not there.
    pub fn texts(&self, set: &DataSet, column: &str) -> Vec<Option<String>> {
        let index = set.columns.iter().position(|declared| declared.name == column);
        let Some((index, array)) = index.and_then(|index| Some((index, self.column(index)?))) else {
            return Vec::new();
        };
        let half = super::kinds::half(&set.columns[index].kind);
        (0..self.rows).map(|row| half.text(array, row)).collect()
    }

    /// How many values of a column are missing.
    pub fn missing(&self, column: usize) -> usize {
        self.column(column).map_or(0, |array| array.null_count())
    }

    /// The same with the values of one column in another order: row i has what row `order[i]` had.
    pub fn rearranged(&self, column: usize, order: &[u64]) -> Result<Table, String> {
        let mut table = self.clone();
        if let Some(Some(array)) = table.columns.get_mut(column) {
            *array = super::kinds::rearranged(array, order)?;
        }
        Ok(table)
    }

    /// Leaves rows out, which are sorted.
    ///
    /// # Errors
    /// If a column is of a sort of which no rows can be taken.
    pub fn leave_out(&mut self, rows: &[usize]) -> Result<(), String> {
        let kept: Vec<usize> = (0..self.rows).filter(|row| rows.binary_search(row).is_err()).collect();
        self.numbers = kept.iter().map(|row| self.number_in_file(*row)).collect();
        let order: Vec<u64> = kept.iter().map(|row| *row as u64).collect();
        for array in self.columns.iter_mut().flatten() {
            *array = super::kinds::rearranged(array, &order)?;
        }
        self.content = self.content.taken(&kept);
        self.undeclared = self.undeclared.taken(&kept);
        self.lines = self.lines.taken(&kept);
        if !self.notes.is_empty() {
            self.notes = kept.iter().map(|row| self.notes[*row].clone()).collect();
        }
        let place = |row: usize| kept.partition_point(|kept| *kept < row);
        for file in &mut self.files {
            file.rows = place(file.rows.start)..place(file.rows.end);
        }
        let still = |rows: &mut Vec<usize>| {
            *rows = rows.iter().filter_map(|row| kept.binary_search(row).ok()).collect();
        };
        self.unmatched.values_mut().chain(self.undefined.values_mut()).for_each(still);
        self.rows = kept.len();
        Ok(())
    }

    /// The rows of several files of one data set, one after the other.
    pub fn of_files(tables: Vec<Table>, memory: usize) -> Result<Table, String> {
        let mut tables = tables;
        if tables.len() < 2 {
            return Ok(tables.pop().unwrap_or_default());
        }
        let stored = tables.iter().any(|table| table.stored) || tables.iter().map(Table::bytes).sum::<usize>() > memory;
        let first = &tables[0];
        let mut whole = Table {
            header: first.header.clone(),
            undeclared_names: first.undeclared_names.clone(),
            spelled_missing: vec![BTreeMap::new(); first.spelled_missing.len()],
            unit: first.unit,
            ..Table::default()
        };
        if tables.iter().any(|other| other.undeclared_names != whole.undeclared_names) {
            // What rows hold there says nothing, if the files do not hold the same.
            tables.iter_mut().for_each(|table| table.undeclared = Fixed::default());
        }
        for column in 0..tables[0].columns.len() {
            if tables.iter().any(|table| table.columns[column].is_none()) {
                tables.iter_mut().for_each(|table| table.columns[column] = None);
            }
        }
        for table in &mut tables {
            let base = whole.rows;
            let files = std::mem::take(&mut table.files).into_iter();
            whole
                .files
                .extend(files.map(|file| FileSeen { rows: file.rows.start + base..file.rows.end + base, ..file }));
            for (mine, theirs) in whole.spelled_missing.iter_mut().zip(std::mem::take(&mut table.spelled_missing)) {
                theirs.into_iter().for_each(|(spelling, count)| *mine.entry(spelling).or_default() += count);
            }
            whole.told.append(&mut table.told);
            if whole.notes.len() == whole.rows {
                whole.notes.append(&mut table.notes);
            }
            for (column, frames) in std::mem::take(&mut table.frames) {
                let known = *whole.frames.entry(column).or_insert(frames);
                // Of arrays of several lengths none is the column's.
                if known != frames {
                    whole.frames.insert(column, 0);
                }
            }
            whole.rows += table.rows;
        }
        if stored {
            let mut writer = super::store::kept::TableWriter::new(whole.spelled_missing.len())?;
            for table in tables {
                writer.append(&table)?;
            }
            let table = writer.finish(&whole, None)?;
            return Ok(Table { files: whole.files, notes: whole.notes, frames: whole.frames, ..table });
        }
        for column in 0..whole.spelled_missing.len() {
            let pieces: Option<Vec<&ArrayRef>> = tables.iter().map(|table| table.columns[column].as_ref()).collect();
            whole.columns.push(pieces.map(|pieces| super::kinds::concat(&pieces)).transpose()?);
        }
        for table in tables {
            whole.content.append(&table.content);
            whole.undeclared.append(&table.undeclared);
            whole.lines.extend(table.lines.iter());
        }
        Ok(whole)
    }

    /// How many bytes its columns have in memory.
    pub fn bytes(&self) -> usize {
        if self.stored {
            return 0;
        }
        let of = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0);
        self.columns.iter().flatten().map(of).sum()
    }
}
