//! The kind of each column, and why.

use super::parts;
use super::profile::{ColumnProfile, Profile};
use super::tasks::NAMES;
use crate::catalog::show_number;
use crate::syntax;

/// Whole numbers of at most so many values, counted from 0 or 1 without gaps, look like classes.
const MOST_NUMBERED: usize = 20;
/// Texts of at most so many values look like classes.
const MOST_CLASSES: usize = 50;

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Its classes, sorted.
    Category(Vec<String>),
    Id,
    Labels,
    Number,
    Text,
    Time,
}

impl Kind {
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Category(_) => "category",
            Kind::Id => "id",
            Kind::Labels => "labels",
            Kind::Number => "number",
            Kind::Text => "text",
            Kind::Time => "time",
        }
    }
}

/// A column with what was thought of it.
#[derive(Clone, Debug)]
pub struct Guessed {
    /// In the file.
    pub header: String,
    /// In the spec.
    pub name: String,
    pub kind: Kind,
    pub shape: Vec<usize>,
    pub missing: usize,
    /// One value, or none: no use as an input or label.
    pub constant: bool,
    /// It says which part of the split a row belongs to.
    pub part: bool,
    /// The fewest rows that a class has.
    pub rarest: usize,
    /// Characters per value.
    pub length: usize,
    /// Completes "NAME: KIND, …".
    pub why: String,
}

pub fn guess(table: &Profile) -> Vec<Guessed> {
    let mut names = std::collections::HashSet::new();
    let mut has_id = false;
    // Whole numbers in arrays are codes; in text they may as well be counts.
    let arrays = table.format == "npz";
    let mut guessed: Vec<Guessed> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let last = index + 1 == table.columns.len();
            let (mut kind, mut why) = kind_of(column, table.rows, last || arrays);
            if kind == Kind::Id && std::mem::replace(&mut has_id, true) {
                (kind, why) = (Kind::Text, "a second identifier".to_string());
            }
            if column.missing > 0 {
                why += &format!("; {} missing", column.missing);
            }
            Guessed {
                header: column.header.clone(),
                name: unique(word(&column.header, index), &mut names),
                constant: if column.shape.is_empty() { column.distinct.len() < 2 } else { column.least >= column.most },
                rarest: column.distinct.values().copied().min().unwrap_or(0),
                length: column.characters / column.present(table.rows).max(1),
                part: column.missing == 0 && parts::says_part(&column.header, &kind),
                shape: column.shape.clone(),
                missing: column.missing,
                kind,
                why,
            }
        })
        .collect();
    as_neighbours(&mut guessed);
    guessed
}

/// A numbered column among many of numbers holds numbers too, even if it has two values.
fn as_neighbours(columns: &mut [Guessed]) {
    let families: Vec<usize> =
        columns.chunk_by(|before, after| follows(&before.name, &after.name)).map(<[Guessed]>::len).collect();
    let mut start = 0;
    for length in families {
        let family = &mut columns[start..start + length];
        start += length;
        let numbers = family.iter().filter(|column| column.kind == Kind::Number).count();
        if length < 4 || numbers * 2 < length {
            continue;
        }
        for column in family {
            if let Kind::Category(classes) = &column.kind
                && classes.iter().all(|class| class.parse::<f64>().is_ok())
            {
                column.kind = Kind::Number;
                column.why = "a number as its neighbours".into();
            }
        }
    }
}

/// Whether a name is the next after another: `p08`, `p09`.
pub fn follows(before: &str, after: &str) -> bool {
    let stem = before.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &before[stem.len()..];
    let Ok(number) = digits.parse::<u64>() else { return false };
    after == format!("{stem}{:0width$}", number.saturating_add(1), width = digits.len())
}

fn kind_of(column: &ColumnProfile, rows: usize, last: bool) -> (Kind, String) {
    let present = column.present(rows);
    let distinct = column.distinct.len();
    if !column.shape.is_empty() {
        let sizes: Vec<String> = column.shape.iter().map(usize::to_string).collect();
        let range = format!("{} to {}", show_number(column.least), show_number(column.most));
        return (Kind::Number, format!("an array of {} per row, {range}", sizes.join("×")));
    }
    if present == 0 {
        return (Kind::Text, "without a value".into());
    }
    let unique = column.missing == 0 && (column.many || distinct == present);
    let (all_numbers, all_whole) = (column.numbers == present, column.whole == present);
    if unique && named(&column.header, &["id", "uid", "uuid", "guid", "key"]) && (all_whole || !all_numbers) {
        return (Kind::Id, "another one in each row".into());
    }
    if all_numbers {
        let range = format!("{} to {}", show_number(column.least), show_number(column.most));
        if all_whole && distinct == 2 {
            return (Kind::Category(classes(column)), format!("two values, {}", classes(column).join(" and ")));
        }
        let counted = column.most - column.least + 1.0 == distinct as f64 && (0.0..=1.0).contains(&column.least);
        let looks_like_label = last || named(&column.header, &NAMES);
        if all_whole && !column.many && counted && distinct <= MOST_NUMBERED && looks_like_label && distinct * 2 <= rows
        {
            return (
                Kind::Category(classes(column)),
                format!("{distinct} values counted from {}", show_number(column.least)),
            );
        }
        return (Kind::Number, format!("{}{range}", if all_whole { "whole, " } else { "" }));
    }
    if column.times == present {
        return (Kind::Time, "dates".into());
    }
    if column.with_bar * 2 > present {
        return (Kind::Labels, "several words with `|` between them".into());
    }
    if !column.many && distinct <= MOST_CLASSES && distinct * 2 <= present.max(4) {
        return (Kind::Category(classes(column)), format!("{distinct} different values"));
    }
    let near = if column.numbers * 10 >= present * 9 {
        let odd = column.distinct.keys().find(|cell| crate::data::kinds::number::parse(cell, '.').is_err());
        odd.map_or(String::new(), |odd| format!("; almost all are numbers, and `{odd}` is none"))
    } else {
        String::new()
    };
    let many = if column.many { "many".to_string() } else { distinct.to_string() };
    (Kind::Text, format!("{many} different values{near}"))
}

fn classes(column: &ColumnProfile) -> Vec<String> {
    crate::data::kinds::sort_classes(column.distinct.keys().cloned().collect())
}

/// Whether one of these words is a part of a name: `customer_id`, `CustomerID`, `customer id`.
pub fn named(header: &str, words: &[&str]) -> bool {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for letter in header.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase()) {
            parts.push(String::new());
        }
        if letter.is_alphanumeric() {
            parts.last_mut().into_iter().for_each(|part| part.extend(letter.to_lowercase()));
        }
        before = letter;
    }
    parts.iter().any(|part| words.contains(&part.as_str()))
}

/// A header as a name of the language.
fn word(header: &str, index: usize) -> String {
    if syntax::is_name(header) {
        return header.to_string();
    }
    let mut name = String::new();
    for letter in header.to_lowercase().chars() {
        if syntax::is_name(&format!("x{letter}")) {
            name.push(letter);
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_').to_string();
    match name {
        name if syntax::is_name(&name) => name,
        name if name.is_empty() => format!("column_{}", index + 1),
        name => format!("c_{name}"),
    }
}

/// A name that nobody has yet.
pub fn unique(name: String, taken: &mut std::collections::HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}
