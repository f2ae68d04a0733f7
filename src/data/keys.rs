//! The keys of a table that is joined: which of its rows has which, and which row belongs to a row of the first table.
//!
//! A key is one column or several. The texts of a column are numbered, spellings of one class as one, and the numbers of several columns
//! are taken together one column after the other. So nothing is held of a row but a number, however long its key is.

use std::collections::{BTreeSet, HashMap};

use arrow_array::ArrayRef;

use super::kinds;
use super::store;
use super::table::Table;
use crate::catalog::classes::{self, Classes};
use crate::catalog::kinds::KindDef;
use crate::pipeline::{DataSet, Join};

/// What the key of a row leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A part of the key is missing.
    Nothing,
    /// The table does not have it.
    Unknown,
    /// A row of the table; on the way there, the number of a part of a key.
    Row(u32),
}

impl Found {
    pub fn row(self) -> Option<u64> {
        match self {
            Found::Row(row) => Some(u64::from(row)),
            Found::Nothing | Found::Unknown => None,
        }
    }

    /// With the next part of the key behind it.
    fn and(self, next: Found, mut together: impl FnMut((u32, u32)) -> Option<u32>) -> Found {
        match (self, next) {
            (Found::Nothing, _) | (_, Found::Nothing) => Found::Nothing,
            (Found::Row(before), Found::Row(next)) => together((before, next)).map_or(Found::Unknown, Found::Row),
            _ => Found::Unknown,
        }
    }
}

/// The keys of a table that is joined.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Of each column, its texts by number.
    texts: Vec<Vec<String>>,
    /// Of each column but the first: the number of what stands before it and its own, as one number.
    together: Vec<HashMap<(u32, u32), u32>>,
    /// By the number of a whole key, the first row that has it.
    rows: Vec<u32>,
    /// Rows whose key an earlier row has, each with that one in front.
    pub repeated: Vec<(usize, usize)>,
}

impl Keys {
    /// Of the second table of a join.
    pub fn of(join: &Join, table: &Table) -> Self {
        let mut keys = Self::default();
        let mut whole: Vec<Found> = Vec::new();
        for (place, key) in join.keys.iter().enumerate() {
            let kind = &join.table.columns[key.other].kind;
            let texts = table.column(key.other).map_or_else(Vec::new, |array| texts_of(array, kind));
            let part = numbers(table.column(key.other), kind, &texts, table.rows);
            keys.texts.push(texts);
            if place == 0 {
                whole = part;
                continue;
            }
            let mut known: HashMap<(u32, u32), u32> = HashMap::new();
            for (before, part) in whole.iter_mut().zip(part) {
                let next = known.len() as u32;
                *before = before.and(part, |pair| Some(*known.entry(pair).or_insert(next)));
            }
            keys.together.push(known);
        }
        let mut first: HashMap<u32, u32> = HashMap::new();
        for (row, key) in whole.iter().enumerate() {
            let Found::Row(key) = key else { continue };
            match first.get(key) {
                Some(before) => keys.repeated.push((*before as usize, row)),
                None => _ = first.insert(*key, row as u32),
            }
        }
        let count = first.keys().max().map_or(0, |most| *most as usize + 1);
        keys.rows = (0..count as u32).map(|key| first.get(&key).copied().unwrap_or(u32::MAX)).collect();
        keys
    }

    /// Of each row of the first table, the row of the second that has its key.
    pub fn rows_of(&self, set: &DataSet, join: &Join, table: &Table) -> Vec<Found> {
        let mut whole: Vec<Found> = Vec::new();
        for (place, (key, texts)) in join.keys.iter().zip(&self.texts).enumerate() {
            let part = numbers(table.column(key.own), &set.columns[key.own].kind, texts, table.rows);
            if place == 0 {
                whole = part;
                continue;
            }
            let known = &self.together[place - 1];
            whole
                .iter_mut()
                .zip(part)
                .for_each(|(before, part)| *before = before.and(part, |pair| known.get(&pair).copied()));
        }
        for key in &mut whole {
            let Found::Row(number) = key else { continue };
            *key = self
                .rows
                .get(*number as usize)
                .filter(|row| **row < u32::MAX)
                .map_or(Found::Unknown, |row| Found::Row(*row));
        }
        whole
    }
}

/// The texts of a column, each once; spellings of one class once together.
fn texts_of(array: &ArrayRef, kind: &KindDef) -> Vec<String> {
    let half = kinds::half(kind);
    let mut seen = BTreeSet::new();
    if half.has_classes() {
        half.classes_seen(array, &mut (0..array.len()), &mut seen);
        // Who declares both `1` and `1.0` wants two classes.
        seen = if kind.declared_classes().is_some() { seen } else { classes::distinct(seen) };
    } else {
        seen.extend((0..array.len()).filter_map(|row| half.text(array, row)));
    }
    store::release();
    seen.into_iter().collect()
}

/// Of each row, the number of its text among these.
fn numbers(array: Option<&ArrayRef>, kind: &KindDef, texts: &[String], rows: usize) -> Vec<Found> {
    let Some(array) = array else { return vec![Found::Nothing; rows] };
    let half = kinds::half(kind);
    let spelled = half.has_classes().then(|| Classes::new(texts));
    let exact: HashMap<&str, usize> = match spelled {
        Some(_) => HashMap::new(),
        None => texts.iter().enumerate().map(|(number, text)| (text.as_str(), number)).collect(),
    };
    let number = |text: &str| match &spelled {
        Some(classes) => classes.index(text),
        None => exact.get(text).copied(),
    };
    let found = |row: usize| match half.text(array, row) {
        None => Found::Nothing,
        Some(text) => number(&text).map_or(Found::Unknown, |number| Found::Row(number as u32)),
    };
    let found = (0..rows).map(found).collect();
    store::release();
    found
}
