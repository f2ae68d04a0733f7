//! Reads a table without knowing its kinds, and notes what each column holds.

use std::borrow::Cow;
use std::collections::HashMap;

use ::csv::ByteRecord;

use crate::data::encoding::decode;
use crate::data::foreign::{self, is_arrays};
use crate::data::formats::array::HostArray;
use crate::data::formats::npz::Archive;
use crate::data::formats::separated::{Records, Separated};
use crate::data::kinds::{number, time};

/// Distinct values beyond this are not told apart any more.
const MOST_DISTINCT: usize = 2000;

/// A table as it is written.
pub struct Profile {
    /// `csv`, `tsv` or `npz`, with what has to be written after the path.
    pub format: &'static str,
    pub arguments: String,
    pub rows: usize,
    pub columns: Vec<ColumnProfile>,
}

/// What a column holds.
#[derive(Debug, Default)]
pub struct ColumnProfile {
    pub header: String,
    pub missing: usize,
    /// How often each value stands; of at most so many values.
    pub distinct: HashMap<String, usize>,
    pub many: bool,
    pub numbers: usize,
    pub whole: usize,
    pub times: usize,
    pub with_bar: usize,
    pub characters: usize,
    pub least: f64,
    pub most: f64,
    /// After the rows, for arrays.
    pub shape: Vec<usize>,
}

impl ColumnProfile {
    fn new(header: &str) -> Self {
        Self { header: header.to_string(), least: f64::INFINITY, most: f64::NEG_INFINITY, ..Self::default() }
    }

    pub fn present(&self, rows: usize) -> usize {
        rows - self.missing.min(rows)
    }

    fn add(&mut self, cell: &str, decimal: char) {
        self.characters += cell.chars().count();
        self.with_bar += usize::from(cell.contains('|'));
        if let Some(count) = self.distinct.get_mut(cell) {
            *count += 1;
        } else if self.distinct.len() < MOST_DISTINCT {
            self.distinct.insert(cell.to_string(), 1);
        } else {
            self.many = true;
        }
        if let Ok(value) = number::parse(cell, decimal) {
            self.numbers += 1;
            self.whole += usize::from(value.fract() == 0.0);
            self.least = self.least.min(value);
            self.most = self.most.max(value);
        } else if time::parse(cell).is_some() {
            self.times += 1;
        }
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
    let mut arguments = String::new();
    let (text, encoding): (Cow<'_, str>, &str) = match decode(bytes, "utf-8") {
        Ok(text) => (text, "utf-8"),
        Err(reason) if bytes.contains(&0) => return Err(reason),
        Err(_) => (decode(bytes, "windows-1252")?, "windows-1252"),
    };
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [",", ";", "\t", "|"]
        .into_iter()
        .max_by_key(|delimiter| (first.matches(*delimiter).count(), *delimiter == ","))
        .unwrap_or(",");
    let missing = crate::catalog::formats::csv::usual_missing();
    let format = |decimal| Separated { delimiter, decimal, quote: "\"", encoding, missing: &missing };
    let mut profile = columns(&text, &format("."), '.')?;
    // Where values are not separated by commas, a comma may be the decimal mark.
    if delimiter != "," {
        let with_comma = columns(&text, &format(","), ',')?;
        let numbers = |profile: &Profile| profile.columns.iter().map(|column| column.numbers).sum::<usize>();
        if numbers(&with_comma) > numbers(&profile) {
            profile = with_comma;
            arguments += ", decimal: \",\"";
        }
    }
    if delimiter == "\t" {
        profile.format = "tsv";
    } else if delimiter != "," {
        arguments += &format!(", delimiter: {delimiter:?}");
    }
    if encoding != "utf-8" {
        arguments += &format!(", encoding: {encoding:?}");
    }
    profile.arguments = arguments;
    Ok(profile)
}

fn columns(text: &str, format: &Separated<'_>, decimal: char) -> Result<Profile, String> {
    let mut records = Records::new(text, format)?;
    let mut columns: Vec<ColumnProfile> = records.header.iter().map(|name| ColumnProfile::new(name)).collect();
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = columns.iter().find(|column| !seen.insert(column.header.as_str())) {
        return Err(format!("two columns are called `{}`; give one of them another name", twice.header));
    }
    let mut record = ByteRecord::new();
    let mut rows = 0;
    while let Some(line) = records.next(&mut record)? {
        if record.len() != columns.len() {
            return Err(format!("line {line} has {} values, and the header has {}", record.len(), columns.len()));
        }
        for (column, cell) in columns.iter_mut().zip(&record) {
            let cell = std::str::from_utf8(cell.trim_ascii()).unwrap_or_default();
            if cell.is_empty() || format.missing.iter().any(|missing| missing == cell) {
                column.missing += 1;
            } else {
                column.add(cell, decimal);
            }
        }
        rows += 1;
    }
    Ok(Profile { format: "csv", arguments: String::new(), rows, columns })
}

fn arrays(bytes: &[u8]) -> Result<Profile, String> {
    let mut archive = Archive::open(bytes)?;
    let names = if archive.names.is_empty() { vec!["values".to_string()] } else { archive.names.clone() };
    let mut arrays: Vec<(String, HostArray)> = Vec::new();
    for name in names {
        let array = archive.array(&name).unwrap_or_else(|| Err("is gone".into()));
        arrays.push((name.clone(), array.map_err(|reason| format!("the array `{name}` {reason}"))?));
    }
    let rows = arrays.iter().map(|(_, array)| array.rows()).max().unwrap_or(0);
    if let Some((name, array)) = arrays.iter().find(|(_, array)| array.rows() != rows) {
        return Err(format!(
            "the array `{name}` has {} rows and another has {rows}; the first axis of every array must be the rows",
            array.rows()
        ));
    }
    let columns = arrays.iter().map(|(name, array)| {
        let mut column = ColumnProfile::new(name);
        column.shape = array.shape.iter().skip(1).copied().collect();
        if column.shape.is_empty() {
            for row in 0..rows {
                match array.text(row) {
                    text if text.is_empty() => column.missing += 1,
                    text => column.add(&text, '.'),
                }
            }
        } else {
            for index in 0..array.items() {
                let Some(value) = array.number(index) else { continue };
                column.numbers += 1;
                column.least = column.least.min(value);
                column.most = column.most.max(value);
            }
        }
        column
    });
    let columns = columns.collect();
    Ok(Profile { format: "npz", arguments: String::new(), rows, columns })
}
