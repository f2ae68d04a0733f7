//! Cuts the rows of each data set into train, valid and test, independent of the order of the file.
//!
//! Rows are ordered by a hash of (split seed, row), where the row is its `id` if one is declared, else everything that it
//! holds in the file. Equal rows form one group, which is never cut. Quotas are met per stratum.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::formats::half_of_sha256;
use super::kinds;
use super::open::{Need, Overrides, open};
use super::parallel::in_order;
use super::pictures::left_out_for;
use super::problems::at_rows;
use super::row_set::RowSet;
use super::store;
use super::table::{RowHash, Table, Tables};
use crate::catalog::classes::{Classes, distinct};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{DataSet, Part, SplitMethod};

/// The parts of every data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(pub Vec<PartRows>);

/// The rows of each part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartRows {
    pub train: RowSet,
    pub valid: RowSet,
    pub test: RowSet,
}

impl Parts {
    /// Every row of every data set in one part.
    pub fn all_in(part: Part, tables: &Tables) -> Self {
        Self(tables.sets.iter().map(|table| PartRows::all_in(part, table.rows)).collect())
    }
}

/// No part.
const NO_PART: u8 = u8::MAX;

impl PartRows {
    pub fn of(&self, part: Part) -> &RowSet {
        match part {
            Part::Train => &self.train,
            Part::Valid => &self.valid,
            Part::Test => &self.test,
        }
    }

    /// All rows in one part.
    pub fn all_in(part: Part, rows: usize) -> Self {
        let mut parts = Self::default();
        match part {
            Part::Train => parts.train = RowSet::all(rows),
            Part::Valid => parts.valid = RowSet::all(rows),
            Part::Test => parts.test = RowSet::all(rows),
        }
        parts
    }

    /// Of so many rows, each in the part that it is dealt to, in any order.
    pub(super) fn dealt(rows: usize, dealt: impl Iterator<Item = (usize, Part)>) -> Self {
        let mut part_of = vec![NO_PART; rows];
        dealt.for_each(|(row, part)| part_of[row] = part.index());
        let of = |part: Part| RowSet::of_bytes(&part_of, part.index());
        Self { train: of(Part::Train), valid: of(Part::Valid), test: of(Part::Test) }
    }

    /// The rows of all parts.
    pub fn all(&self) -> RowSet {
        self.train.either(&self.valid).either(&self.test)
    }
}

/// Reads every data set and cuts it.
///
/// # Errors
/// Everything that is wrong with the data.
pub fn open_and_split(pipeline: &Pipeline, overrides: &Overrides) -> Result<(Tables, Parts), Vec<Diagnostic>> {
    let tables = open(pipeline, overrides, Need::Everything)?;
    let parts = split(pipeline, &tables, overrides.split_seed)?;
    Ok((tables, parts))
}

/// Cuts every data set; an error if rows cannot be placed or nothing is left to train on.
pub fn split(pipeline: &Pipeline, tables: &Tables, seed_override: Option<u64>) -> Result<Parts, Vec<Diagnostic>> {
    let mut parts = Vec::new();
    let mut problems = Vec::new();
    for (set, table) in pipeline.data.iter().zip(&tables.sets) {
        let file = table.files.first().map_or("", |file| file.name.as_str());
        if table.rows == 0 {
            let message = match table.left_out.first() {
                Some(first) => format!(
                    "all rows of `{}` are left out ({} in all), for broken {}: {first}",
                    set.name,
                    table.left_out.len(),
                    left_out_for(set)
                ),
                None => format!("`{file}` has a header and no rows"),
            };
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
            let of_file = table.files.iter().flat_map(|file| file.rows.clone().map(|row| (row, file.part)));
            Ok(PartRows::dealt(table.rows, of_file))
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
            let of_row = |row: usize| {
                let value = text(set, table, *column, row)?;
                let same = || listed.iter().position(|one| of_numbers && same_number(one, &value));
                Some((row, part_of(values.index(&value).or_else(same)?)))
            };
            Ok(PartRows::dealt(table.rows, (0..table.rows).filter_map(of_row)))
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

pub(super) fn text<'t>(set: &DataSet, table: &'t Table, column: usize, row: usize) -> Option<Cow<'t, str>> {
    kinds::half(&set.columns[column].kind).text_in(table.column(column)?, row)
}

// ---------------------------------------------------------------------------------------- by hash

/// What holds rows together, row by row: the value of the column that groups them, else the row's id, else all that it holds.
pub(super) enum Keys<'a> {
    /// All that a row holds.
    Content(&'a Table),
    Ids {
        set: &'a DataSet,
        table: &'a Table,
        id: usize,
    },
    /// The hash of each text of the column that groups rows, and which of them a row has.
    Groups {
        table: &'a Table,
        texts: Texts,
        hashes: Vec<RowHash>,
    },
}

impl Keys<'_> {
    /// A row without an id, or without a value of the column, is known by what it holds.
    fn of(&self, row: usize) -> RowHash {
        let content = |table: &Table| table.content.get(row).unwrap_or_default();
        match self {
            Keys::Content(table) => content(table),
            Keys::Ids { set, table, id } => {
                text(set, table, *id, row).map_or_else(|| content(table), |id| half_of_sha256(id.as_bytes()))
            }
            Keys::Groups { table, texts, hashes } => {
                texts.of(row).map_or_else(|| content(table), |text| hashes[text as usize])
            }
        }
    }
}

pub(super) fn keys<'a>(set: &'a DataSet, table: &'a Table, group: Option<usize>) -> Keys<'a> {
    match (group, set.id.filter(|id| table.column(*id).is_some())) {
        (Some(group), _) => {
            let texts = Texts::new(set, table, group);
            let hashes = texts.all.iter().map(|text| half_of_sha256(text.as_bytes())).collect();
            Keys::Groups { table, texts, hashes }
        }
        (None, Some(id)) => Keys::Ids { set, table, id },
        (None, None) => Keys::Content(table),
    }
}

/// What rows hold in a column, in one spelling for each class: where all are numbers `1` and `1.0` are one.
pub(super) struct Texts {
    all: Vec<String>,
    /// Which of them each row has.
    of_row: Vec<u32>,
}

/// No text.
const NONE: u32 = u32::MAX;

impl Texts {
    fn new(set: &DataSet, table: &Table, column: usize) -> Self {
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut of_row = Vec::with_capacity(table.rows);
        for row in 0..table.rows {
            of_row.push(match text(set, table, column, row) {
                None => NONE,
                Some(text) => match known.get(text.as_ref()) {
                    Some(place) => *place,
                    None => {
                        let place = known.len() as u32;
                        known.insert(text.into_owned(), place);
                        place
                    }
                },
            });
        }
        let mut all = vec![String::new(); known.len()];
        known.into_iter().for_each(|(text, place)| all[place as usize] = text);
        let kept: Vec<String> = distinct(all.iter().cloned().collect::<BTreeSet<String>>()).into_iter().collect();
        if kept.len() == all.len() {
            return Self { all, of_row };
        }
        let classes = Classes::new(&kept);
        let mut place_of: HashMap<String, u32> = HashMap::new();
        let mut spelled = Vec::new();
        let mut one = |text: String| -> u32 {
            let text = classes.index(&text).map_or(text, |class| kept[class].clone());
            *place_of.entry(text).or_insert_with_key(|text| {
                spelled.push(text.clone());
                spelled.len() as u32 - 1
            })
        };
        let places: Vec<u32> = all.into_iter().map(&mut one).collect();
        of_row.iter_mut().filter(|text| **text != NONE).for_each(|text| *text = places[*text as usize]);
        Self { all: spelled, of_row }
    }

    fn of(&self, row: usize) -> Option<u32> {
        self.of_row.get(row).copied().filter(|text| *text != NONE)
    }
}

/// Groups of rows that stay together, in the order of their hashes, by stratum.
pub(super) struct Strata {
    /// The rows, group by group.
    rows: Vec<u32>,
    /// Where each group ends.
    ends: Vec<u32>,
    /// The groups by stratum; empty if all are of one.
    order: Vec<u32>,
    /// How many groups each stratum has.
    sizes: Vec<usize>,
}

impl Strata {
    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.ends.len()
    }

    fn group(&self, place: usize) -> &[u32] {
        let group = self.order.get(place).map_or(place, |group| *group as usize);
        let start = if group == 0 { 0 } else { self.ends[group - 1] as usize };
        &self.rows[start..self.ends[group] as usize]
    }

    /// The groups of each stratum.
    pub fn each(&self) -> impl Iterator<Item = impl Iterator<Item = &[u32]> + Clone> {
        let mut next = 0;
        self.sizes.iter().map(move |size| {
            let start = next;
            next += size;
            (start..next).map(|place| self.group(place))
        })
    }
}

/// The groups of these rows in the order of their hashes, by stratum: a group belongs to the stratum of most of its rows;
/// of several, to the first by name.
pub(super) fn strata(
    set: &DataSet,
    table: &Table,
    mut rows: impl Iterator<Item = usize>,
    keys: &Keys<'_>,
    stratify: Option<usize>,
    seed: u64,
) -> Strata {
    let order_of = |row: u32| -> RowHash {
        let mut seeded = [0; 24];
        seeded[..8].copy_from_slice(&seed.to_le_bytes());
        seeded[8..].copy_from_slice(&keys.of(row as usize));
        half_of_sha256(&seeded)
    };
    // Half of what they are ordered by tells nearly all apart; where it is equal, the whole is asked for again.
    let half = |hash: RowHash| hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    let mut ordered: Vec<(u64, u32)> = Vec::with_capacity(rows.size_hint().1.unwrap_or_default());
    loop {
        let some: Vec<u32> = rows.by_ref().take(RELEASED).map(|row| row as u32).collect();
        if some.is_empty() {
            break;
        }
        let pieces: Vec<&[u32]> = some.chunks(PIECE).collect();
        let hashed = |piece: usize| pieces[piece].iter().map(|row| (half(order_of(*row)), *row)).collect::<Vec<_>>();
        ordered.extend(in_order(pieces.len(), &hashed).into_iter().flatten());
        store::release();
    }
    ordered.sort_unstable();
    let mut all =
        Strata { rows: Vec::with_capacity(ordered.len()), ends: Vec::new(), order: Vec::new(), sizes: Vec::new() };
    for run in ordered.chunk_by(|one, other| one.0 == other.0) {
        if let [(_, row)] = run {
            all.rows.push(*row);
            all.ends.push(all.rows.len() as u32);
            continue;
        }
        let mut whole: Vec<(RowHash, u32)> = run.iter().map(|(_, row)| (order_of(*row), *row)).collect();
        whole.sort_unstable();
        for group in whole.chunk_by(|one, other| one.0 == other.0) {
            all.rows.extend(group.iter().map(|(_, row)| *row));
            all.ends.push(all.rows.len() as u32);
        }
    }
    drop(ordered);
    store::release();
    let Some(column) = stratify else {
        all.sizes.push(all.ends.len());
        return all;
    };
    let texts = Texts::new(set, table, column);
    // By name; rows without a value come first.
    let mut names: Vec<usize> = (0..texts.all.len()).collect();
    names.sort_by(|one, other| texts.all[*one].cmp(&texts.all[*other]));
    let mut rank = vec![0; names.len()];
    names.iter().enumerate().for_each(|(place, text)| rank[*text] = place + 1);
    let rank_of = |row: u32| texts.of(row as usize).map_or(0, |text| rank[text as usize]);
    let stratum = |group: &[u32]| match group {
        [row] => rank_of(*row),
        several => {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            several.iter().for_each(|row| *counts.entry(rank_of(*row)).or_default() += 1);
            let most = counts.values().copied().max().unwrap_or(0);
            counts.into_iter().find(|(_, count)| *count == most).map_or(0, |(rank, _)| rank)
        }
    };
    let strata: Vec<u32> = (0..all.ends.len()).map(|group| stratum(all.group(group)) as u32).collect();
    let mut order: Vec<u32> = (0..strata.len() as u32).collect();
    order.sort_by_key(|group| strata[*group as usize]);
    all.sizes =
        order.chunk_by(|one, other| strata[*one as usize] == strata[*other as usize]).map(<[u32]>::len).collect();
    all.order = order;
    all
}

/// After so many rows the pages that have been read are let go.
const RELEASED: usize = 1 << 20;

/// So many rows are hashed by one thread at a time: of fewer, a thread costs more than it spares.
const PIECE: usize = 1 << 13;

fn by_hash(
    set: &DataSet,
    table: &Table,
    keys: &Keys<'_>,
    stratify: Option<usize>,
    shares: [f64; 3],
    seed: u64,
) -> PartRows {
    let strata = strata(set, table, 0..table.rows, keys, stratify, seed);
    let mut quotas = Quotas::new(shares);
    let of_stratum = strata.each().flat_map(|groups| {
        let mut left = quotas.next(groups.clone().map(<[u32]>::len).sum());
        groups.flat_map(move |group| {
            let size = group.len() as i64;
            // The first part that has room for at least half of the group; else the one with the most room.
            let part = (0..3).find(|part| shares[*part] > 0.0 && 2 * left[*part] >= size.max(1)).unwrap_or_else(|| {
                (0..3).filter(|part| shares[*part] > 0.0).max_by_key(|part| (left[*part], 3 - part)).unwrap_or(0)
            });
            left[part] -= size;
            group.iter().map(move |row| (*row as usize, Part::ALL[part]))
        })
    });
    PartRows::dealt(table.rows, of_stratum)
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
    let mut part_of = vec![Part::Train; table.rows];
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
        group.iter().for_each(|row| part_of[*row] = Part::ALL[part]);
    }
    Ok(PartRows::dealt(table.rows, part_of.into_iter().enumerate()))
}
