//! Cuts the rows of each data set into train, valid and test, independent of the order of the file.
//!
//! Rows are ordered by a hash of (split seed, row), where the row is its `id` if one is declared, else everything that it
//! holds in the file. Equal rows form one group, which is never cut. Quotas are met per stratum.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::formats::first_half;
use super::kinds;
use super::problems::at_rows;
use super::table::{RowHash, Table, Tables};
use crate::catalog::classes::{Classes, distinct};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{DataSet, Part, SplitMethod};

/// The parts of every data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(pub Vec<PartRows>);

/// Row numbers, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartRows {
    pub train: Vec<usize>,
    pub valid: Vec<usize>,
    pub test: Vec<usize>,
}

impl PartRows {
    pub fn of(&self, part: Part) -> &[usize] {
        match part {
            Part::Train => &self.train,
            Part::Valid => &self.valid,
            Part::Test => &self.test,
        }
    }

    /// All rows in one part.
    pub fn all_in(part: Part, rows: usize) -> Self {
        let mut parts = Self::default();
        (0..rows).for_each(|row| parts.push(part, row));
        parts
    }

    pub(super) fn push(&mut self, part: Part, row: usize) {
        match part {
            Part::Train => self.train.push(row),
            Part::Valid => self.valid.push(row),
            Part::Test => self.test.push(row),
        }
    }

    pub(super) fn sorted(mut self) -> Self {
        [&mut self.train, &mut self.valid, &mut self.test].into_iter().for_each(|rows| rows.sort_unstable());
        self
    }
}

/// Cuts every data set; an error if rows cannot be placed or nothing is left to train on.
pub fn split(pipeline: &Pipeline, tables: &Tables, seed_override: Option<u64>) -> Result<Parts, Vec<Diagnostic>> {
    let mut parts = Vec::new();
    let mut problems = Vec::new();
    for (set, table) in pipeline.data.iter().zip(&tables.sets) {
        let file = table.files.first().map_or("", |file| file.name.as_str());
        if table.rows == 0 {
            let message = format!("`{file}` has a header and no rows");
            problems.push(Diagnostic::new(&codes::NO_ROWS, set.path_span, message).here("no rows"));
            continue;
        }
        match split_set(set, table, seed_override.unwrap_or(set.split.seed)) {
            Ok(rows) if rows.train.is_empty() => {
                let message =
                    format!("the split leaves no rows of `{}` for training ({} in all)", set.name, table.rows);
                problems.push(Diagnostic::new(&codes::NO_ROWS, set.split.span, message).here("`train` is empty"));
            }
            Ok(rows) => parts.push(rows),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(Parts(parts)) } else { Err(problems) }
}

fn split_set(set: &DataSet, table: &Table, seed: u64) -> Result<PartRows, Box<Diagnostic>> {
    match &set.split.method {
        SplitMethod::Files { .. } => {
            let mut parts = PartRows::default();
            for file in &table.files {
                file.rows.clone().for_each(|row| parts.push(file.part, row));
            }
            Ok(parts)
        }
        SplitMethod::Column { column, train, valid, test } => {
            let listed = [train.as_slice(), valid.as_slice(), test.as_slice()].concat();
            // Which part each listed value belongs to.
            let part_of = |index: usize| match index {
                index if index < train.len() => Part::Train,
                index if index < train.len() + valid.len() => Part::Valid,
                _ => Part::Test,
            };
            let values = Classes::new(&listed);
            let of_numbers = set.columns[*column].kind.name() == "number";
            let mut parts = PartRows::default();
            for row in 0..table.rows {
                let Some(value) = text(set, table, *column, row) else { continue };
                let index = values.index(&value);
                if let Some(index) =
                    index.or_else(|| listed.iter().position(|one| of_numbers && same_number(one, &value)))
                {
                    parts.push(part_of(index), row);
                }
            }
            Ok(parts)
        }
        SplitMethod::Shares { train, valid, test, stratify, group, time } => {
            let shares = [*train, *valid, *test];
            if let Some(time) = time {
                return by_time(set, table, *time, shares);
            }
            Ok(by_hash(set, table, &keys(set, table, *group), *stratify, shares, seed))
        }
    }
}

/// Whether a written value is the number in the file, however it is written: `1e3`.
fn same_number(listed: &str, value: &str) -> bool {
    matches!((listed.parse::<f64>(), value.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
}

pub(super) fn text(set: &DataSet, table: &Table, column: usize, row: usize) -> Option<String> {
    kinds::half(&set.columns[column].kind).text(table.column(column)?, row)
}

// ---------------------------------------------------------------------------------------- by hash

/// What holds rows together: the value of the column that groups them, else what identifies each.
pub(super) fn keys(set: &DataSet, table: &Table, group: Option<usize>) -> Vec<RowHash> {
    match group {
        Some(group) => keys_of_column(set, table, group),
        None => keys_of_rows(set, table),
    }
}

/// What identifies each row: its id, or all that it holds.
fn keys_of_rows(set: &DataSet, table: &Table) -> Vec<RowHash> {
    match set.id.filter(|id| table.column(*id).is_some()) {
        // A row without an id is known by what it holds.
        Some(id) => (0..table.rows)
            .map(|row| text(set, table, id, row).map_or(table.content[row], |id| hash_of(id.as_bytes())))
            .collect(),
        None => table.content.clone(),
    }
}

/// What holds rows together: the value of a column. A row without one is a group of its own.
fn keys_of_column(set: &DataSet, table: &Table, column: usize) -> Vec<RowHash> {
    one_text_each(set, table, column)
        .into_iter()
        .zip(&table.content)
        .map(|(value, content)| value.map_or(*content, |value| hash_of(value.as_bytes())))
        .collect()
}

/// What each row holds in a column, in one spelling for each class: where all are numbers `1` and `1.0` are one.
fn one_text_each(set: &DataSet, table: &Table, column: usize) -> Vec<Option<String>> {
    let texts: Vec<Option<String>> = (0..table.rows).map(|row| text(set, table, column, row)).collect();
    let all: BTreeSet<String> = texts.iter().flatten().cloned().collect();
    let count = all.len();
    let kept: Vec<String> = distinct(all).into_iter().collect();
    if kept.len() == count {
        return texts;
    }
    let known = Classes::new(&kept);
    let one = |text: String| known.index(&text).map_or(text, |class| kept[class].clone());
    texts.into_iter().map(|text| text.map(one)).collect()
}

fn hash_of(bytes: &[u8]) -> RowHash {
    first_half(&Sha256::digest(bytes))
}

/// Rows that stay together.
pub(super) struct Group {
    pub rows: Vec<usize>,
    /// What it is ordered by.
    order: RowHash,
}

/// The groups of these rows in the order of their hashes, by stratum: a group belongs to the stratum of most of its rows;
/// of several, to the first by name.
pub(super) fn strata(
    set: &DataSet,
    table: &Table,
    rows: impl Iterator<Item = usize>,
    keys: &[RowHash],
    stratify: Option<usize>,
    seed: u64,
) -> BTreeMap<Option<String>, Vec<Group>> {
    let mut index: HashMap<RowHash, usize> = HashMap::with_capacity(keys.len());
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let key = &keys[row];
        let group = *index.entry(*key).or_insert_with(|| {
            let mut hash = Sha256::new();
            hash.update(seed.to_le_bytes());
            hash.update(key);
            groups.push(Group { rows: Vec::new(), order: first_half(&hash.finalize()) });
            groups.len() - 1
        });
        groups[group].rows.push(row);
    }
    groups.sort_by_key(|group| group.order);
    let classes = stratify.map(|column| one_text_each(set, table, column));
    let mut strata: BTreeMap<Option<String>, Vec<Group>> = BTreeMap::new();
    for group in groups {
        let stratum = classes.as_ref().and_then(|classes| {
            let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
            group.rows.iter().for_each(|row| *counts.entry(classes[*row].as_deref()).or_default() += 1);
            let most = counts.values().copied().max().unwrap_or(0);
            counts.into_iter().find(|(_, count)| *count == most).and_then(|(class, _)| class.map(str::to_string))
        });
        strata.entry(stratum).or_default().push(group);
    }
    strata
}

fn by_hash(
    set: &DataSet,
    table: &Table,
    keys: &[RowHash],
    stratify: Option<usize>,
    shares: [f64; 3],
    seed: u64,
) -> PartRows {
    let strata = strata(set, table, 0..keys.len(), keys, stratify, seed);
    let mut parts = PartRows::default();
    let mut quotas = Quotas::new(shares);
    for groups in strata.into_values() {
        let mut left = quotas.next(groups.iter().map(|group| group.rows.len()).sum());
        for group in groups {
            let size = group.rows.len() as i64;
            // The first part that has room for at least half of the group; else the one with the most room.
            let part = (0..3).find(|part| shares[*part] > 0.0 && 2 * left[*part] >= size.max(1)).unwrap_or_else(|| {
                (0..3).filter(|part| shares[*part] > 0.0).max_by_key(|part| (left[*part], 3 - part)).unwrap_or(0)
            });
            left[part] -= size;
            group.rows.into_iter().for_each(|row| parts.push(Part::ALL[part], row));
        }
    }
    parts.sorted()
}

/// Whole numbers of rows per part and stratum, so that every stratum is within a row of its shares and what rounding takes
/// from one stratum it gives back in the next.
struct Quotas {
    shares: [f64; 3],
    rows: usize,
    given: [i64; 3],
}

impl Quotas {
    fn new(shares: [f64; 3]) -> Self {
        Self { shares, rows: 0, given: [0; 3] }
    }

    fn next(&mut self, rows: usize) -> [i64; 3] {
        self.rows += rows;
        let mut quota = self.shares.map(|share| (share * rows as f64 + 1e-9).floor() as i64);
        let mut raised = [false; 3];
        for _ in 0..(rows as i64 - quota.iter().sum::<i64>()).max(0) {
            let owed = |part: usize| self.shares[part] * self.rows as f64 - (self.given[part] + quota[part]) as f64;
            let part = (0..3)
                .filter(|part| self.shares[*part] > 0.0 && !raised[*part])
                .max_by(|a, b| owed(*a).total_cmp(&owed(*b)).then(b.cmp(a)))
                .unwrap_or(0);
            quota[part] += 1;
            raised[part] = true;
        }
        for (given, quota) in self.given.iter_mut().zip(quota) {
            *given += quota;
        }
        quota
    }
}

// ---------------------------------------------------------------------------------------- by time

/// The earliest rows train, the latest test; rows of one time stay together.
fn by_time(set: &DataSet, table: &Table, column: usize, shares: [f64; 3]) -> Result<PartRows, Box<Diagnostic>> {
    let times: Vec<Option<f64>> =
        (0..table.rows).map(|row| text(set, table, column, row).and_then(|time| time.parse().ok())).collect();
    let without: Vec<usize> = (0..table.rows).filter(|row| times[*row].is_none()).collect();
    if !without.is_empty() {
        let name = &set.columns[column].name;
        let message = format!(
            "{} of `{}` have no `{name}`, by which the split orders them",
            super::problems::count(without.len(), "row"),
            set.name
        );
        return Err(Box::new(
            at_rows(&codes::WRONG_VALUE, set.columns[column].span, &message, table, &without).here("orders the split"),
        ));
    }
    let mut order: Vec<usize> = (0..table.rows).collect();
    order.sort_by(|a, b| times[*a].unwrap_or_default().total_cmp(&times[*b].unwrap_or_default()));
    let mut left = Quotas::new(shares).next(table.rows);
    let mut parts = PartRows::default();
    let mut part = 0;
    for group in order.chunk_by(|a, b| times[*a] == times[*b]) {
        let size = group.len() as i64;
        while part < 2
            && (shares[part] == 0.0 || 2 * left[part] < size)
            && shares[part + 1..].iter().any(|share| *share > 0.0)
        {
            part += 1;
        }
        left[part] -= size;
        group.iter().for_each(|row| parts.push(Part::ALL[part], *row));
    }
    Ok(parts.sorted())
}
