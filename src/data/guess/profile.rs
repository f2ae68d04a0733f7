//! Reads a table without knowing its kinds, and notes what each column holds.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use ::csv::ByteRecord;

use super::arrays;
use super::dialect::{self, Named};
use super::reading::{Counts, Numbers, READINGS, Reading, choose};
use super::rows;
use super::times::Formats;
use super::units::InUnit;
use crate::catalog::formats;
use crate::data::encoding::decode;
use crate::data::foreign::is_arrays;
use crate::data::formats::half;
use crate::data::formats::records::Records;
use crate::data::formats::separated::Separated;
use crate::data::kinds::number::without_unit;
use crate::data::kinds::time;
use crate::data::problems::count;
use crate::data::source::Source;

/// Distinct values beyond this are not told apart any more.
const MOST_DISTINCT: usize = 2000;
/// Cells that are no number are remembered up to so many different ones.
const MOST_ODD: usize = 12;
/// Rows and cells that are kept as they are, to compare columns row by row.
pub const SAMPLE_ROWS: usize = 10_000;
pub const SAMPLE_CELLS: usize = 2_000_000;

/// So many rows are read before their cells are noted.
const BATCH: usize = 4096;

/// A table as it is written.
pub struct Profile {
    /// As the catalog names it.
    pub format: &'static str,
    /// What has to be written after the path.
    pub arguments: Vec<String>,
    pub rows: usize,
    pub columns: Vec<ColumnProfile>,
    /// How numbers are written.
    pub reading: Reading,
    /// The first rows, cell by cell.
    pub sample: Vec<ByteRecord>,
    /// The file says of what type its columns are, so that no number is a text that looks like one.
    pub typed: bool,
    /// The first line is one of names; else columns are known by their places.
    pub headed: bool,
}

/// What a column holds.
#[derive(Debug, Default)]
pub struct ColumnProfile {
    pub header: String,
    /// Another column has the same header, so that neither can be named.
    pub twice: bool,
    /// Why it cannot be read at all.
    pub unreadable: Option<String>,
    pub missing: usize,
    /// How often each spelling of a missing value stands; an empty cell has none.
    pub spellings: HashMap<String, usize>,
    /// How often each value stands; of at most so many values.
    pub distinct: HashMap<String, usize, BuildHasherDefault<Quick>>,
    pub many: bool,
    counts: Counts,
    /// In the reading of the file.
    pub numbers: Numbers,
    in_unit: InUnit,
    /// What its numbers carry, if all of them do: `%`, `$`, `kg`.
    pub unit: Option<String>,
    /// Cells such as `01234`.
    pub zeros: usize,
    pub times: usize,
    /// How its dates are written, if in another way than these; several if nothing tells which.
    pub formats: Vec<String>,
    pub characters: usize,
    /// It counts the rows: 0, 1, 2, … or 1, 2, 3, …
    pub counts_rows: bool,
    /// Every value is a whole number larger than the one before.
    pub rises: bool,
    before: f64,
    /// No value stands twice.
    pub unique: bool,
    seen: HashSet<u64, BuildHasherDefault<Quick>>,
    /// Cells that are no number, how often each, and the line where it stands first; of at most so many.
    pub odd: Vec<Odd>,
    /// There are more of them.
    pub more_odd: bool,
    /// After the rows, for arrays.
    pub shape: Vec<usize>,
    /// The numbers of the first rows, once somebody has asked for them.
    pub sampled: OnceCell<Vec<Option<f64>>>,
}

/// A cell unlike the others of its column.
#[derive(Clone, Debug)]
pub struct Odd {
    pub cell: String,
    pub count: usize,
    pub line: usize,
}

/// A hash for short cells, of which there are very many.
#[derive(Debug, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word) ^ chunk.len() as u64);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 29;
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl ColumnProfile {
    pub fn new(header: &str) -> Self {
        Self {
            header: header.to_string(),
            counts_rows: true,
            rises: true,
            unique: true,
            before: f64::NEG_INFINITY,
            ..Self::default()
        }
    }

    pub fn present(&self, rows: usize) -> usize {
        rows - self.missing.min(rows)
    }

    pub fn add(&mut self, cell: &str, row: usize, line: usize) {
        self.characters += cell.chars().count();
        if let Some(count) = self.distinct.get_mut(cell) {
            *count += 1;
        } else if self.distinct.len() < MOST_DISTINCT {
            self.distinct.insert(cell.to_string(), 1);
        } else {
            self.many = true;
        }
        if self.unique {
            let mut hasher = Quick::default();
            hasher.write(cell.as_bytes());
            self.unique = self.seen.insert(hasher.finish());
            if !self.unique {
                self.seen = HashSet::default();
            }
        }
        let (some, all) = self.counts.add(cell);
        self.in_unit.add(cell, line);
        self.follows_rows(cell, row);
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        self.zeros += usize::from(
            digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()),
        );
        if !some {
            self.times += usize::from(time::parse(cell).is_some());
        }
        // A cell with a dot alone is no number in a reading that is hardly ever taken: it would only be in the way.
        if !all && (!some || cell.contains([',', ' ', '\''])) {
            match self.odd.iter().position(|odd| odd.cell == cell) {
                Some(place) => self.odd[place].count += 1,
                None if self.odd.len() < MOST_ODD => self.odd.push(Odd { cell: cell.to_string(), count: 1, line }),
                None => self.more_odd = true,
            }
        }
    }

    pub fn add_missing(&mut self, spelling: &str) {
        self.missing += 1;
        self.counts_rows = false;
        self.rises = false;
        if !spelling.is_empty() {
            *self.spellings.entry(spelling.to_string()).or_default() += 1;
        }
    }

    /// The number that a cell of this column is.
    pub fn value(&self, cell: &str, reading: Reading) -> Option<f64> {
        match &self.unit {
            Some(unit) => reading.value(&without_unit(cell, unit)?),
            None => reading.value(cell),
        }
    }

    /// Its numbers in every reading.
    pub fn counts(&self) -> &Counts {
        self.in_unit.counts().unwrap_or(&self.counts)
    }

    /// Takes its numbers in one of the readings.
    fn settle(&mut self, reading: usize, present: usize) {
        self.numbers = self.counts.of(reading);
        self.odd.retain(|odd| READINGS[reading].value(&odd.cell).is_none());
        if let Some((unit, numbers, odd)) = self.in_unit.numbers(reading, present) {
            (self.unit, self.numbers, self.more_odd) = (Some(unit.to_string()), numbers, false);
            self.odd = odd.to_vec();
        }
    }

    fn follows_rows(&mut self, cell: &str, row: usize) {
        if !self.rises {
            return;
        }
        match cell.parse::<f64>() {
            Ok(value) if value > self.before && value.fract() == 0.0 => {
                let start = value - row as f64;
                self.counts_rows &= start == 0.0 || start == 1.0;
                self.counts_rows &= row == 0 || value == self.before + 1.0;
                self.before = value;
            }
            _ => (self.rises, self.counts_rows) = (false, false),
        }
    }

    /// Takes a spelling as missing after all.
    pub fn forget(&mut self, spelling: &str) {
        if let Some(count) = self.distinct.remove(spelling) {
            self.missing += count;
            self.spellings.insert(spelling.to_string(), count);
            self.characters = self.characters.saturating_sub(count * spelling.chars().count());
        } else if let Some(odd) = self.odd.iter().find(|odd| odd.cell == spelling) {
            self.missing += odd.count;
            self.spellings.insert(spelling.to_string(), odd.count);
        }
        self.odd.retain(|odd| odd.cell != spelling);
    }
}

/// Reads a file of any format that is known.
pub fn read(source: &Source) -> Result<Profile, String> {
    let begins = if source.folder().is_some() { Vec::new() } else { source.ends()? };
    for entry in formats::ENTRIES {
        if let Some(format) = formats::plain(entry.name, "")
            && half(&format).recognizes(source, &begins)
        {
            return rows::read(entry.name, &format, source);
        }
    }
    if is_arrays(&begins) || begins.starts_with(b"\x93NUMPY") {
        return arrays::read(source);
    }
    let bytes = source.bytes()?;
    match source.foreign() {
        Some(kind) => Err(kind),
        None => text(&bytes),
    }
}

fn text(bytes: &[u8]) -> Result<Profile, String> {
    let (text, encoding): (String, &str) = match decode(bytes, "utf-8") {
        Ok(text) => (text, "utf-8"),
        Err(reason) if bytes.contains(&0) => return Err(reason),
        Err(_) => (decode(bytes, "windows-1252")?, "windows-1252"),
    };
    let delimiter = dialect::delimiter(&text);
    let missing = crate::catalog::formats::csv::usual_missing();
    let mut format = Separated {
        delimiter,
        decimal: ".",
        thousands: None,
        quote: "\"",
        escape: None,
        header: true,
        comment: None,
        encoding,
        missing: &missing,
    };
    let mut profile = settled(&text, &format)?;
    if !headed(&profile) {
        format.header = false;
        profile = settled(&text, &format)?;
        profile.headed = false;
        profile.arguments.push("header: false".into());
    }
    if profile.reading.decimal != '.' {
        profile.arguments.push(format!("decimal: \"{}\"", profile.reading.decimal));
    }
    if let Some(mark) = profile.reading.thousands {
        profile.arguments.push(format!("thousands: \"{mark}\""));
    }
    if delimiter == "\t" {
        profile.format = "tsv";
    } else if delimiter != "," {
        profile.arguments.push(format!("delimiter: {delimiter:?}"));
    }
    if encoding != "utf-8" {
        profile.arguments.push(format!("encoding: {encoding:?}"));
    }
    Ok(profile)
}

/// The columns, with their numbers in the one reading that fits them all, and how their dates are written.
fn settled(text: &str, format: &Separated<'_>) -> Result<Profile, String> {
    let mut profile = columns(text, format)?;
    let rows = profile.rows;
    let counted = profile.columns.iter().map(|column| (column.counts(), column.present(rows)));
    let reading = choose(counted, format.delimiter);
    profile.reading = READINGS[reading];
    for column in &mut profile.columns {
        column.settle(reading, column.present(rows));
    }
    dates(text, format, &mut profile)?;
    Ok(profile)
}

/// How the dates of each column are written. Where too many cells differ to have been told apart, all are looked at again.
fn dates(text: &str, format: &Separated<'_>, profile: &mut Profile) -> Result<(), String> {
    let rows = profile.rows;
    let suggested = |column: &ColumnProfile| Formats::suggested(column, column.present(rows));
    let mut found: Vec<Option<Formats>> = profile.columns.iter().map(suggested).collect();
    let again: Vec<usize> =
        (0..found.len()).filter(|index| found[*index].is_some() && profile.columns[*index].many).collect();
    if !again.is_empty() {
        let (mut records, _) = Records::with_header(text.as_bytes(), true, format)?;
        let mut record = ByteRecord::new();
        while records.next(&mut record)?.is_some() {
            for index in &again {
                let cell = std::str::from_utf8(record[*index].trim_ascii()).unwrap_or_default();
                let missing = cell.is_empty() || format.missing.iter().any(|missing| missing == cell);
                if !missing && found[*index].as_mut().is_some_and(|formats| !formats.add(cell)) {
                    found[*index] = None;
                }
            }
        }
    }
    for (column, formats) in profile.columns.iter_mut().zip(found) {
        let all = column.many;
        formats.into_iter().for_each(|formats| formats.settle(column, all));
    }
    Ok(())
}

/// Whether the first line is one of names.
fn headed(profile: &Profile) -> bool {
    let named: Vec<Named<'_>> = profile
        .columns
        .iter()
        .map(|column| Named {
            header: &column.header,
            numbers: column.numbers.count > 0 && column.numbers.count == column.present(profile.rows),
            unit: column.unit.as_deref(),
            repeats: !column.many
                && column.distinct.len() * 2 <= profile.rows
                && column.distinct.contains_key(&column.header),
        })
        .collect();
    profile.rows < 2 || !dialect::first_line_is_data(&named)
}

fn columns(text: &str, format: &Separated<'_>) -> Result<Profile, String> {
    let (mut records, header) = Records::with_header(text.as_bytes(), true, format)?;
    let mut columns: Vec<ColumnProfile> = header.iter().map(|name| ColumnProfile::new(name)).collect();
    let mut often: HashMap<&str, usize> = HashMap::new();
    header.iter().for_each(|name| *often.entry(name).or_default() += 1);
    columns
        .iter_mut()
        .for_each(|column| column.twice = often.get(column.header.as_str()).is_some_and(|count| *count > 1));
    // Hardly any cell begins as a spelling of a missing value does, and none else has to be compared with them all.
    let mut begins = [false; 256];
    format
        .missing
        .iter()
        .filter_map(|missing| missing.bytes().next())
        .for_each(|byte| begins[usize::from(byte)] = true);
    let is_missing = |cell: &str| match cell.bytes().next() {
        None => true,
        Some(byte) => begins[usize::from(byte)] && format.missing.iter().any(|missing| missing == cell),
    };
    let kept = SAMPLE_ROWS.min(SAMPLE_CELLS / columns.len().max(1));
    let mut sample = Vec::new();
    let mut batch: Vec<(ByteRecord, usize)> = vec![(ByteRecord::new(), 0); BATCH];
    let mut rows = 0;
    loop {
        let mut read = 0;
        while read < BATCH {
            let (record, place) = &mut batch[read];
            let Some(line) = records.next(record)? else { break };
            if record.len() != columns.len() {
                return Err(ragged(line, record.len(), columns.len(), rows + read == 0 && format.header));
            }
            *place = line;
            read += 1;
        }
        let batch = &batch[..read];
        sample.extend(batch.iter().take(kept - sample.len()).map(|(record, _)| record.clone()));
        note(&mut columns, batch, rows, &is_missing);
        rows += read;
        if read < BATCH {
            break;
        }
    }
    let reading = READINGS[0];
    Ok(Profile { format: "csv", arguments: Vec::new(), rows, columns, reading, sample, headed: true, typed: false })
}

/// Notes the cells of some rows, column by column; columns know nothing of each other, so that several are noted at once.
fn note(
    columns: &mut [ColumnProfile],
    batch: &[(ByteRecord, usize)],
    first: usize,
    is_missing: &(impl Fn(&str) -> bool + Sync),
) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let alone = batch.len() < BATCH || threads == 1;
    let each = if alone { columns.len() } else { columns.len().div_ceil(threads) };
    let note = |columns: &mut [ColumnProfile], start: usize| {
        for (place, column) in columns.iter_mut().enumerate() {
            for (row, (record, line)) in batch.iter().enumerate() {
                let cell = std::str::from_utf8(record[start + place].trim_ascii()).unwrap_or_default();
                if is_missing(cell) { column.add_missing(cell) } else { column.add(cell, first + row, *line) }
            }
        }
    };
    if alone {
        return note(columns, 0);
    }
    std::thread::scope(|scope| {
        for (part, columns) in columns.chunks_mut(each.max(1)).enumerate() {
            scope.spawn(move || note(columns, part * each));
        }
    });
}

fn ragged(line: usize, values: usize, names: usize, first: bool) -> String {
    let hint = if first && values == names + 1 {
        "; as R writes row names without a name for them: give the first column one"
    } else {
        ""
    };
    format!("line {line} has {}, and the header has {names}{hint}", count(values, "value"))
}
