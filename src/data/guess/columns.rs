//! The kind of each column, and why.

use std::collections::{HashMap, HashSet};

use super::Wishes;
use super::names::{self, follows, says_id, says_label, says_place, unique, unnamed, word};
use super::parts;
use super::profile::{ColumnProfile, Profile};
use super::settle::{Settled, is_blank};
use super::units::mixed;
use crate::catalog::{show_measured, show_number};
use crate::data::problems::{count, shown};

/// Whole numbers of at most so many values, counted from 0 or 1 without gaps, look like classes.
const MOST_NUMBERED: usize = 20;
/// Texts of at most so many values look like classes.
const MOST_CLASSES: usize = 50;
/// In large tables, of so many if each stands in so many rows on average.
const MOST_CLASSES_OF_MANY: usize = 1000;
const ROWS_PER_CLASS: usize = 20;
/// Texts shorter than this are names or codes rather than something to read.
pub const SENTENCE: usize = 20;
/// A column that lacks values and has fewer may have none in the training part.
const FEWEST_VALUES: usize = 8;
/// Beyond this a number cannot be computed with.
const LARGEST: f64 = 1e30;

const ONE_VALUE: &str = "it has one value";

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Audio,
    /// Its classes, sorted.
    Category(Vec<String>),
    Id,
    Image,
    /// What stands between two classes, and the classes.
    Labels(&'static str, Vec<String>),
    Number,
    Text,
    Time,
}

impl Kind {
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Audio => "audio",
            Kind::Category(_) => "category",
            Kind::Id => "id",
            Kind::Image => "image",
            Kind::Labels(..) => "labels",
            Kind::Number => "number",
            Kind::Text => "text",
            Kind::Time => "time",
        }
    }
}

/// A column with what was thought of it.
#[derive(Clone, Debug)]
pub struct Guessed {
    /// What it is called: its name in the file, or one made of its place.
    pub header: String,
    /// By what the file knows it: that name, or its place.
    pub source: String,
    /// In the spec.
    pub name: String,
    /// Whether the source has to be said, since the name does not tell it.
    pub renamed: bool,
    pub kind: Kind,
    pub shape: Vec<usize>,
    pub missing: usize,
    /// Rows that have a value.
    pub present: usize,
    /// How many different values there are; a lower bound for many.
    pub distinct: usize,
    /// The most and the fewest rows that a value has.
    pub commonest: usize,
    pub rarest: usize,
    /// One of several numbered neighbours: `p08` of `p00` to `p63`.
    pub block: bool,
    /// It says which part of the split a row belongs to.
    pub part: bool,
    /// Rows with one value of it belong together.
    pub group: bool,
    /// Spellings of a missing value that have to be said.
    pub blanks: Vec<String>,
    /// Characters per value.
    pub length: usize,
    /// Its values have leading zeros.
    pub codes: bool,
    /// What its numbers carry.
    pub unit: Option<String>,
    /// How its dates are written, if not as 2024-01-31.
    pub format: Option<String>,
    /// Of dates: whether they have a time of day.
    pub clock: bool,
    /// Completes "NAME: KIND, …".
    pub why: String,
    /// What a person should look at.
    pub note: Option<String>,
    /// Why no input reads it, if none does; completes "not read: …".
    pub unread: Option<String>,
    /// Whether it can be declared at all.
    pub declared: bool,
}

/// What each column of a table is. `settled` says what was made of odd cells.
pub fn guess(table: &Profile, settled: &Settled, wishes: &Wishes) -> Vec<Guessed> {
    let mut names = HashSet::new();
    let mut id = wishes.id;
    // Whole numbers in arrays are codes; in text they may as well be counts.
    let arrays = table.typed;
    let last = (0..table.columns.len()).rev().find(|index| table.columns[*index].present(table.rows) > 0);
    let mut guessed: Vec<Guessed> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let asked = wishes.tasks.contains(&index);
            let label = last == Some(index) || arrays || asked || says_label(&column.header);
            let mut found = kind_of(column, index, table, Asking { label, relaxed: wishes.relaxed });
            if wishes.id == Some(index) {
                found = Found::new(Kind::Id, "as asked").unread("it identifies the row");
            } else if found.kind == Kind::Id && !asked {
                match id {
                    // Another one is still no input: it tells every row apart.
                    Some(_) => found.kind = Kind::Text,
                    None => id = Some(index),
                }
            }
            let mut why = found.why;
            if column.missing > 0 && column.shape.is_empty() {
                why += &format!("; {} missing", column.missing);
            }
            let mut note = settled.notes[index].clone().or(found.note);
            let mut blanks = settled.missing[index].clone();
            if let Some((spelling, count)) = majority(column, table.rows)
                && !matches!(found.kind, Kind::Number)
            {
                let rows = table.rows;
                note = Some(format!(
                    "`{spelling}` stands in {count} of {rows} rows and is read as missing; is it a class?"
                ));
                // Said, so that nobody asks again.
                if matches!(found.kind, Kind::Category(_) | Kind::Labels(..)) {
                    blanks.push(spelling);
                }
            }
            let present = column.present(table.rows);
            let unread = if wishes.drop.contains(&index) {
                Some("dropped, as asked".to_string())
            } else if column.twice {
                Some(format!("two columns are called `{}`: give one of them another name in the file", column.header))
            } else {
                let rare =
                    (column.missing > 0 && present < FEWEST_VALUES && table.rows >= 10 && column.shape.is_empty())
                        .then(|| format!("it has a value in {} only", count(present, "row")));
                let asked = wishes.not_input.get(&index).cloned();
                column.unreadable.clone().or(found.unread).or(rare).or(asked)
            };
            let part = column.missing == 0 && parts::says_part(&column.header, &found.kind);
            Guessed {
                header: if table.headed { column.header.clone() } else { called(table, index) },
                source: column.header.clone(),
                name: unique(called(table, index), &mut names),
                renamed: false,
                unit: column.unit.clone().filter(|_| found.kind == Kind::Number),
                format: column.formats.first().cloned().filter(|_| found.kind == Kind::Time),
                commonest: column.distinct.values().copied().max().unwrap_or(0),
                rarest: match &found.kind {
                    Kind::Labels(separator, _) => members(column, separator).values().copied().min().unwrap_or(0),
                    _ => column.distinct.values().copied().min().unwrap_or(0),
                },
                present: column.present(table.rows),
                distinct: column.distinct.len(),
                length: column.characters / column.present(table.rows).max(1),
                unread: unread.or(part.then(|| "it says which part of the split a row belongs to".to_string())),
                part,
                group: found.group && id != Some(index),
                block: false,
                declared: !column.twice && column.unreadable.is_none() && !wishes.drop.contains(&index),
                codes: column.zeros > 0,
                blanks,
                clock: column.distinct.keys().any(|cell| cell.contains(':')),
                shape: column.shape.clone(),
                missing: column.missing,
                kind: found.kind,
                why,
                note,
            }
        })
        .collect();
    rename(&mut guessed, table.headed);
    // Places say nothing of neighbours.
    if table.headed {
        as_neighbours(&mut guessed);
        as_spectrum(&mut guessed);
    }
    one_group(&mut guessed);
    guessed
}

/// What a column is called in the spec, unless another is.
pub fn called(table: &Profile, index: usize) -> String {
    if table.headed { word(&table.columns[index].header, index) } else { format!("column_{}", index + 1) }
}

/// Says where the file has each column, if its name does not: under its header, or in its place among those declared.
fn rename(columns: &mut [Guessed], headed: bool) {
    let mut declared = 0;
    for column in columns {
        declared += usize::from(column.declared);
        let known = if headed { column.name.clone() } else { declared.to_string() };
        column.renamed = known != column.source;
    }
}

/// Many columns of numbers side by side that only numbers name are a block: a spectrum.
fn as_spectrum(columns: &mut [Guessed]) {
    let numbered = |column: &Guessed| column.kind == Kind::Number && names::is_number(&column.header);
    let many = columns.iter().filter(|column| numbered(column)).count() >= 8;
    columns.iter_mut().filter(|column| many && numbered(column)).for_each(|column| column.block = true);
}

/// Rows are held together by one column at most.
fn one_group(columns: &mut [Guessed]) {
    let first = columns.iter().position(|column| column.group && column.declared);
    for (index, column) in columns.iter_mut().enumerate() {
        column.group = Some(index) == first;
    }
}

/// A numbered column among many of numbers holds numbers too, even if it has two values.
fn as_neighbours(columns: &mut [Guessed]) {
    let families: Vec<usize> =
        columns.chunk_by(|before, after| follows(&before.name, &after.name)).map(<[Guessed]>::len).collect();
    let mut start = 0;
    for length in families {
        let family = &mut columns[start..start + length];
        start += length;
        let coded = |column: &Guessed| match &column.kind {
            Kind::Number => true,
            Kind::Category(classes) => classes.iter().all(|class| class.parse::<f64>().is_ok()),
            _ => false,
        };
        let numbers = family.iter().filter(|column| column.kind == Kind::Number).count();
        let all_coded = family.iter().all(coded);
        if length < 4 || (numbers * 2 < length && !(all_coded && length >= 8)) {
            continue;
        }
        for column in family {
            column.block = true;
            // Pixels at the rim of a picture are constant, and nobody would take them out of `p00 .. p63`.
            if column.kind == Kind::Number && column.distinct == 1 && column.missing == 0 && column.declared {
                column.unread = column.unread.take().filter(|reason| reason != ONE_VALUE);
            }
            if matches!(column.kind, Kind::Category(_)) && coded(column) {
                column.kind = Kind::Number;
                column.why = "a number as its neighbours".into();
            }
        }
    }
}

/// A kind with its reasons.
struct Found {
    kind: Kind,
    why: String,
    unread: Option<String>,
    note: Option<String>,
    group: bool,
}

impl Found {
    fn new(kind: Kind, why: impl Into<String>) -> Self {
        Self { kind, why: why.into(), unread: None, note: None, group: false }
    }

    fn unread(mut self, reason: impl Into<String>) -> Self {
        self.unread = Some(reason.into());
        self
    }
}

/// With what in mind a column is looked at.
#[derive(Clone, Copy)]
struct Asking {
    /// It may be a label, whose whole numbers are classes.
    label: bool,
    /// Without it nothing would be left to learn or to read.
    relaxed: bool,
}

fn kind_of(column: &ColumnProfile, index: usize, table: &Profile, asking: Asking) -> Found {
    let rows = table.rows;
    let present = column.present(rows);
    let distinct = column.distinct.len();
    let numbers = column.numbers;
    let range = || format!("{} to {}", show_measured(numbers.least), show_measured(numbers.most));
    if !column.shape.is_empty() {
        let sizes: Vec<String> = column.shape.iter().map(usize::to_string).collect();
        let found = Found::new(Kind::Number, format!("an array of {} per row, {}", sizes.join("×"), range()));
        return if numbers.least >= numbers.most { found.unread(ONE_VALUE) } else { found };
    }
    if present == 0 {
        return Found::new(Kind::Text, "without a value").unread("it has no value");
    }
    let (all_numbers, all_whole) = (numbers.count == present, numbers.whole == present);
    // Numbers whose leading zeros tell them apart are none.
    let is_number = all_numbers && column.zeros == 0;
    if !column.many && distinct < 2 {
        let value = column.distinct.keys().next().map_or(String::new(), |value| shown(value));
        let kind = if is_number { Kind::Number } else { Kind::Text };
        let every = if column.missing == 0 { "in every row" } else { "in every row that has a value" };
        return Found::new(kind, format!("`{value}` {every}")).unread(ONE_VALUE);
    }
    let identifies = |why: &str| Found::new(Kind::Id, why).unread("it identifies the row");
    let tells_apart = column.missing == 0 && column.unique && rows > 1;
    if tells_apart && (all_whole || !all_numbers) && says_id(&column.header) {
        return identifies("another one in each row");
    }
    if let Some(found) = dated(column) {
        return found;
    }
    let by_place =
        unnamed(&column.header) || (!asking.relaxed && rows >= 10 && (index == 0 || says_place(&column.header)));
    if column.counts_rows && rows > 1 && by_place {
        return identifies("it counts the rows");
    }
    if tells_apart && unnamed(&column.header) && (column.rises || !all_numbers) {
        return identifies("another one in each row, and no name");
    }
    let texts = !all_numbers && column.times < present && column.characters / present < SENTENCE;
    let first = index == 0 && texts && !asking.relaxed;
    if tells_apart && rows >= 10 && (first && mixed(column).is_none() || all_whole && column.zeros > 0) {
        return identifies("another one in each row");
    }
    if says_id(&column.header) && !is_measure(column, present) && (column.many || distinct > MOST_CLASSES) {
        let mut found = Found::new(Kind::Text, "an identifier that stands in several rows");
        found.group = names::says_group(&column.header) && column.missing == 0;
        found.unread = Some("it is an identifier".into());
        return found;
    }
    if is_number {
        return number(column, table, asking, range());
    }
    if column.times == present {
        return Found::new(Kind::Time, "dates; a split by time could use it");
    }
    let of_many = distinct <= MOST_CLASSES_OF_MANY && distinct * ROWS_PER_CLASS <= present;
    let few = !column.many && (distinct <= MOST_CLASSES && distinct * 2 <= present.max(4) || of_many);
    let with = |mark: &str| -> usize {
        column.distinct.iter().filter(|(cell, _)| cell.contains(mark)).map(|(_, count)| *count).sum()
    };
    for separator in ["|", ";", ","] {
        let found = members(column, separator);
        let total: usize = found.values().sum();
        let short = found.keys().all(|member| member.chars().count() < SENTENCE);
        let told = separator == "|" || (short && !few);
        if !column.many && with(separator) * 2 > present && told && found.len() * 3 <= total && found.len() <= 200 {
            let mut classes: Vec<String> = found.into_keys().collect();
            classes.sort();
            return Found::new(
                Kind::Labels(separator, classes),
                format!("several words with `{separator}` between them"),
            );
        }
    }
    if few {
        let why = match column.zeros {
            0 => format!("{distinct} different values"),
            _ => format!("{distinct} different codes with leading zeros"),
        };
        let mut found = Found::new(Kind::Category(classes(column)), why);
        found.note = almost(column, present);
        return found;
    }
    let many = if column.many { "many".to_string() } else { distinct.to_string() };
    let mut found = Found::new(Kind::Text, format!("{many} different values"));
    found.note = almost(column, present);
    found.unread = match () {
        () if column.zeros > 0 => Some("codes with leading zeros, of too many values for a category".into()),
        () if found.note.is_some() => Some("a text that means numbers".into()),
        () if looks_like_dates(column) => Some("dates that are not all written in one way".into()),
        () if column.characters / present < SENTENCE && !asking.relaxed => {
            Some("names or codes of too many values for a category, too short to be read as text".into())
        }
        () => None,
    };
    found
}

/// A column of numbers is an identifier by its name only if the numbers could be codes.
fn is_measure(column: &ColumnProfile, present: usize) -> bool {
    column.numbers.count == present && column.numbers.whole < present
}

fn number(column: &ColumnProfile, table: &Profile, asking: Asking, range: String) -> Found {
    let (present, distinct, numbers) = (column.present(table.rows), column.distinct.len(), column.numbers);
    let all_whole = numbers.whole == present;
    if numbers.most.abs().max(numbers.least.abs()) > LARGEST {
        return Found::new(Kind::Number, range).unread("its numbers are too large to compute with");
    }
    if !column.many && all_whole && distinct == 2 {
        let classes = classes(column);
        let why = format!("two values, {}", classes.join(" and "));
        return Found::new(Kind::Category(classes), why);
    }
    let counted = numbers.most - numbers.least + 1.0 == distinct as f64 && (0.0..=1.0).contains(&numbers.least);
    let few = !column.many && distinct <= MOST_NUMBERED && distinct * 2 <= table.rows;
    if all_whole
        && few
        && asking.label
        && (counted || names::named(&column.header, &["class", "label", "type", "category"]))
    {
        let why = match counted {
            true => format!("{distinct} values counted from {}", show_number(numbers.least)),
            false => format!("{distinct} whole numbers, by its name classes"),
        };
        return Found::new(Kind::Category(classes(column)), why);
    }
    let whole = if all_whole { "whole, " } else { "" };
    let unit = column.unit.as_ref().map_or(String::new(), |unit| format!(", each with `{unit}`"));
    let mut found = Found::new(Kind::Number, format!("{whole}{range}{unit}"));
    let fold = ["fold", "folds", "kfold", "cv"];
    match () {
        () if column.counts_rows && table.rows >= 10 && asking.relaxed => {
            found.note = Some("it counts the rows, and is taken since too little else is left".into());
            found
        }
        () if column.counts_rows && table.rows >= 10 => found.unread("it counts the rows"),
        () if all_whole && few && names::named(&column.header, &fold) => {
            found.unread("it numbers the folds of a split")
        }
        () => found,
    }
}

/// Dates that are written in another way than 2024-01-31.
fn dated(column: &ColumnProfile) -> Option<Found> {
    let example = shown(column.distinct.keys().filter(|cell| !is_blank(cell)).min()?);
    let write = |format: &String| format!("`time(format: {format:?})`");
    match column.formats.as_slice() {
        [] => None,
        [_] => Some(Found::new(Kind::Time, format!("dates such as `{example}`"))),
        [one, other, ..] => {
            let mut found = Found::new(Kind::Text, "dates in which day and month cannot be told apart");
            found.note = Some(format!("`{example}` may be two dates: write {} or {}", write(one), write(other)));
            Some(found.unread("nothing tells the day from the month"))
        }
    }
}

/// Dates such as 31.01.2024 and 1/31/24.
fn looks_like_dates(column: &ColumnProfile) -> bool {
    !column.distinct.is_empty()
        && column.distinct.keys().take(200).all(|cell| {
            let date = cell.split([' ', 'T']).next().unwrap_or_default();
            let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
            parts.len() == 3 && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.parse::<u32>().is_ok())
        })
}

/// What stands in the way of a column of numbers.
fn almost(column: &ColumnProfile, present: usize) -> Option<String> {
    if let Some(mixed) = mixed(column) {
        return Some(mixed);
    }
    if column.numbers.count * 10 < present * 7 || column.zeros > 0 {
        return None;
    }
    let odd: Vec<String> =
        column.odd.iter().take(3).map(|odd| format!("`{}` (line {})", shown(&odd.cell), odd.line)).collect();
    let what =
        if odd.is_empty() { "some are written in another way".to_string() } else { format!("not {}", odd.join(", ")) };
    Some(format!("{} of {present} are numbers, {what}", column.numbers.count))
}

/// How often each class of a column of sets stands.
fn members(column: &ColumnProfile, separator: &str) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for (cell, count) in &column.distinct {
        for member in cell.split(separator).map(str::trim).filter(|member| !member.is_empty()) {
            *found.entry(member.to_string()).or_default() += count;
        }
    }
    found
}

/// A spelling of *missing* that stands in most rows may be a class.
fn majority(column: &ColumnProfile, rows: usize) -> Option<(String, usize)> {
    let words = column.spellings.iter().filter(|(spelling, _)| spelling.chars().any(char::is_alphabetic));
    let (spelling, count) = words.max_by_key(|(spelling, count)| (**count, spelling.as_str()))?;
    (*count * 2 >= rows && column.present(rows) > 0).then(|| (spelling.clone(), *count))
}

pub fn classes(column: &ColumnProfile) -> Vec<String> {
    crate::data::kinds::sort_classes(column.distinct.keys().cloned().collect())
}
