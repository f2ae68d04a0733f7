//! Reads a table without knowing its kinds, and notes what each column holds.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use ::csv::ByteRecord;

use super::dialect::{self, Named};
use super::reading::{Counts, Numbers, READINGS, Reading, choose};
use crate::data::encoding::decode;
use crate::data::foreign::{self, is_arrays};
use crate::data::formats::array::HostArray;
use crate::data::formats::npz::Archive;
use crate::data::formats::separated::{Records, Separated};
use crate::data::kinds::time;
use crate::data::problems::shown;

/// Distinct values beyond this are not told apart any more.
const MOST_DISTINCT: usize = 2000;
/// Cells that are no number are remembered up to so many different ones.
const MOST_ODD: usize = 12;
/// Rows and cells that are kept as they are, to compare columns row by row.
const SAMPLE_ROWS: usize = 10_000;
const SAMPLE_CELLS: usize = 2_000_000;

/// A table as it is written.
pub struct Profile {
    /// `csv`, `tsv` or `npz`.
    pub format: &'static str,
    /// What has to be written after the path.
    pub arguments: Vec<String>,
    pub rows: usize,
    pub columns: Vec<ColumnProfile>,
    /// How numbers are written.
    pub reading: Reading,
    /// The first rows, cell by cell.
    pub sample: Vec<ByteRecord>,
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
    /// Cells such as `01234`.
    pub zeros: usize,
    pub times: usize,
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
    fn new(header: &str) -> Self {
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

    fn add(&mut self, cell: &str, row: usize, line: usize) {
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

    fn add_missing(&mut self, spelling: &str) {
        self.missing += 1;
        self.counts_rows = false;
        self.rises = false;
        if !spelling.is_empty() {
            *self.spellings.entry(spelling.to_string()).or_default() += 1;
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
pub fn read(bytes: &[u8]) -> Result<Profile, String> {
    if is_arrays(bytes) || bytes.starts_with(b"\x93NUMPY") {
        return arrays(bytes);
    }
    match foreign::kind(bytes) {
        Some(kind) => Err(kind),
        None => text(bytes),
    }
}

fn text(bytes: &[u8]) -> Result<Profile, String> {
    let (text, encoding): (Cow<'_, str>, &str) = match decode(bytes, "utf-8") {
        Ok(text) => (text, "utf-8"),
        Err(reason) if bytes.contains(&0) => return Err(reason),
        Err(_) => (decode(bytes, "windows-1252")?, "windows-1252"),
    };
    let delimiter = dialect::delimiter(&text);
    let missing = crate::catalog::formats::csv::usual_missing();
    let mut profile = columns(
        &text,
        &Separated {
            delimiter,
            decimal: ".",
            thousands: None,
            quote: "\"",
            escape: None,
            header: true,
            comment: None,
            encoding,
            missing: &missing,
        },
    )?;
    let counted = profile.columns.iter().map(|column| (&column.counts, column.present(profile.rows)));
    let reading = choose(counted, delimiter);
    profile.reading = READINGS[reading];
    for column in &mut profile.columns {
        column.numbers = column.counts.of(reading);
        column.odd.retain(|odd| profile.reading.value(&odd.cell).is_none());
    }
    headed(&profile)?;
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

/// An error if the first line is no line of names.
fn headed(profile: &Profile) -> Result<(), String> {
    let named: Vec<Named<'_>> = profile
        .columns
        .iter()
        .map(|column| Named {
            header: &column.header,
            numbers: column.numbers.count > 0 && column.numbers.count == column.present(profile.rows),
            repeats: !column.many
                && column.distinct.len() * 2 <= profile.rows
                && column.distinct.contains_key(&column.header),
        })
        .collect();
    if profile.rows < 2 || !dialect::first_line_is_data(&named) {
        return Ok(());
    }
    let first: Vec<String> = named.iter().take(4).map(|column| shown(column.header)).collect();
    let more = if named.len() > 4 { ", …" } else { "" };
    Err(format!(
        "its first line looks like data and not like names (`{}{more}`); write a line of names above it",
        first.join(", ")
    ))
}

fn columns(text: &str, format: &Separated<'_>) -> Result<Profile, String> {
    let mut records = Records::new(text, format)?;
    let mut columns: Vec<ColumnProfile> = records.header.iter().map(|name| ColumnProfile::new(name)).collect();
    let mut often: HashMap<&str, usize> = HashMap::new();
    records.header.iter().for_each(|name| *often.entry(name).or_default() += 1);
    columns
        .iter_mut()
        .for_each(|column| column.twice = often.get(column.header.as_str()).is_some_and(|count| *count > 1));
    let kept = SAMPLE_ROWS.min(SAMPLE_CELLS / columns.len().max(1));
    let mut sample = Vec::new();
    let mut record = ByteRecord::new();
    let mut rows = 0;
    while let Some(line) = records.next(&mut record)? {
        if record.len() != columns.len() {
            return Err(ragged(line, record.len(), columns.len(), rows == 0));
        }
        for (column, cell) in columns.iter_mut().zip(&record) {
            let cell = std::str::from_utf8(cell.trim_ascii()).unwrap_or_default();
            if cell.is_empty() || format.missing.iter().any(|missing| missing == cell) {
                column.add_missing(cell);
            } else {
                column.add(cell, rows, line);
            }
        }
        if rows < kept {
            sample.push(record.clone());
        }
        rows += 1;
    }
    let reading = READINGS[0];
    Ok(Profile { format: "csv", arguments: Vec::new(), rows, columns, reading, sample })
}

fn ragged(line: usize, values: usize, names: usize, first: bool) -> String {
    let hint = if first && values == names + 1 {
        "; as R writes row names without a name for them: give the first column one"
    } else {
        ""
    };
    format!("line {line} has {values} values, and the header has {names}{hint}")
}

fn arrays(bytes: &[u8]) -> Result<Profile, String> {
    let mut archive = Archive::open(bytes)?;
    let names = if archive.names.is_empty() { vec!["values".to_string()] } else { archive.names.clone() };
    let mut arrays: Vec<(String, Result<HostArray, String>)> = Vec::new();
    for name in names {
        let array = archive.array(&name).unwrap_or_else(|| Err("is gone".into()));
        arrays.push((
            name,
            array.and_then(|array| {
                if array.shape.is_empty() { Err("is a single value, not one per row".into()) } else { Ok(array) }
            }),
        ));
    }
    let rows = arrays.iter().flat_map(|(_, array)| array).map(HostArray::rows).max();
    let Some(rows) = rows else {
        let reasons =
            arrays.iter().filter_map(|(name, array)| Some(format!("the array `{name}` {}", array.as_ref().err()?)));
        return Err(reasons.collect::<Vec<_>>().join("; "));
    };
    let other =
        arrays.iter().find_map(|(name, array)| Some((name, array.as_ref().ok()?.rows())).filter(|(_, n)| *n != rows));
    if let Some((name, count)) = other {
        return Err(format!(
            "the array `{name}` has {count} rows and another has {rows}; the first axis of every array must be the rows"
        ));
    }
    let mut columns = Vec::new();
    let mut cells = Vec::new();
    for (name, array) in arrays {
        let mut column = ColumnProfile::new(&name);
        match array {
            Ok(array) => {
                column.shape = array.shape.iter().skip(1).copied().collect();
                if column.shape.is_empty() {
                    let texts: Vec<String> = (0..rows).map(|row| array.text(row)).collect();
                    for (row, text) in texts.iter().enumerate() {
                        if text.is_empty() { column.add_missing("") } else { column.add(text, row, row) }
                    }
                    column.numbers = column.counts.of(0);
                    cells.push(texts);
                } else {
                    many_per_row(&mut column, &array);
                    cells.push(Vec::new());
                }
            }
            Err(reason) => {
                column.unreadable = Some(format!("it {reason}"));
                cells.push(Vec::new());
            }
        }
        columns.push(column);
    }
    let sample = (0..rows.min(SAMPLE_ROWS).min(SAMPLE_CELLS / columns.len().max(1)))
        .map(|row| cells.iter().map(|texts| texts.get(row).map_or("", String::as_str)).collect::<Vec<_>>().into())
        .collect();
    Ok(Profile { format: "npz", arguments: Vec::new(), rows, columns, reading: READINGS[0], sample })
}

/// A column with an array in each row.
fn many_per_row(column: &mut ColumnProfile, array: &HostArray) {
    column.counts_rows = false;
    column.rises = false;
    for index in 0..array.items() {
        match array.number(index) {
            Some(value) if value.is_nan() => column.missing += 1,
            Some(value) if value.is_infinite() => column.unreadable = Some("it holds infinite numbers".into()),
            Some(value) => column.numbers.add(value),
            None => {
                column.unreadable = Some(format!("it holds arrays of {}", array.what()));
                break;
            }
        }
    }
}
