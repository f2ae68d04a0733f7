//! What columns know of each other, looked at in the first rows: copies of a label, and how much one tells of another.

use std::collections::{BTreeMap, HashMap};

use ::csv::ByteRecord;

use super::columns::{Guessed, Kind};
use super::profile::Profile;

/// Fewer rows show nothing.
const FEWEST: usize = 20;
/// Among more columns, sums of two are not looked for.
const MOST_SUMMED: usize = 60;
/// So close to 1 a correlation is one of copies in another unit.
const COPY: f64 = 1.0 - 1e-9;

/// The first rows of a table, by column.
pub struct Sample<'a> {
    table: &'a Profile,
    columns: &'a [Guessed],
}

impl<'a> Sample<'a> {
    pub fn new(table: &'a Profile, columns: &'a [Guessed]) -> Self {
        Self { table, columns }
    }

    /// A column's cells, without the missing ones, by row.
    fn cells(&self, column: usize) -> Vec<Option<&'a str>> {
        let profile = &self.table.columns[column];
        let usual = crate::catalog::formats::csv::usual_missing();
        self.table
            .sample
            .iter()
            .map(|record| {
                let cell = std::str::from_utf8(record.get(column)?.trim_ascii()).ok()?;
                let missing = cell.is_empty() || usual.iter().any(|spelling| spelling == cell);
                (!missing && !profile.spellings.contains_key(cell)).then_some(cell)
            })
            .collect()
    }

    /// A column's numbers by row. What is missing is no number. Every pair of columns is looked at, in every round: so they are kept.
    fn numbers(&self, column: usize) -> &'a [Option<f64>] {
        let (table, profile) = (self.table, &self.table.columns[column]);
        profile.sampled.get_or_init(|| {
            let cell = |record: &'a ByteRecord| std::str::from_utf8(record.get(column)?.trim_ascii()).ok();
            let number = |record| cell(record).and_then(|cell| profile.value(cell, table.reading));
            table.sample.iter().map(number).collect()
        })
    }

    /// Whether the numbers of these columns are a smooth curve in each row, as a spectrum is: the way up and down along them is
    /// short for how far the largest lies from the smallest. Of numbers that have nothing to do with each other it is a third of
    /// their count.
    pub fn is_smooth(&self, columns: &[usize]) -> bool {
        let numbers: Vec<&[Option<f64>]> = columns.iter().map(|column| self.numbers(*column)).collect();
        let rows = numbers.iter().map(|column| column.len()).min().unwrap_or(0);
        let mut ways: Vec<f64> = (0..rows)
            .filter_map(|row| {
                let curve: Vec<f64> = numbers.iter().filter_map(|column| column[row]).collect();
                let way: f64 = curve.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
                let largest = curve.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let smallest = curve.iter().copied().fold(f64::INFINITY, f64::min);
                (curve.len() == columns.len() && largest > smallest).then(|| way / (largest - smallest))
            })
            .collect();
        ways.sort_by(f64::total_cmp);
        ways.len() >= FEWEST && ways[ways.len() / 2] < columns.len() as f64 / 10.0
    }

    /// Each cell as one of a few groups: its class, or the fifth of all numbers that it falls in.
    fn groups(&self, column: usize) -> Vec<Option<usize>> {
        if self.columns[column].kind == Kind::Number {
            let numbers = self.numbers(column);
            let mut sorted: Vec<f64> = numbers.iter().flatten().copied().collect();
            sorted.sort_by(f64::total_cmp);
            let cut: Vec<f64> = (1..5).filter_map(|fifth| sorted.get(sorted.len() * fifth / 5).copied()).collect();
            return numbers.iter().map(|one| one.map(|one| cut.iter().filter(|cut| one >= **cut).count())).collect();
        }
        let mut index: HashMap<&str, usize> = HashMap::new();
        self.cells(column)
            .into_iter()
            .map(|cell| {
                let next = index.len();
                cell.map(|cell| *index.entry(cell).or_insert(next))
            })
            .collect()
    }

    /// Cramér's V: 0 if one column tells nothing of the other, 1 if one is told by the other.
    pub fn association(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (self.groups(one), self.groups(other));
        let mut table: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        let (mut rows, mut columns, mut n) = (BTreeMap::new(), BTreeMap::new(), 0.0);
        for (a, b) in one.into_iter().zip(other).filter_map(|(a, b)| Some((a?, b?))) {
            *table.entry((a, b)).or_default() += 1.0;
            *rows.entry(a).or_insert(0.0) += 1.0;
            *columns.entry(b).or_insert(0.0) += 1.0;
            n += 1.0;
        }
        let smaller = rows.len().min(columns.len()) as f64 - 1.0;
        if n < 1.0 || smaller < 1.0 {
            return 0.0;
        }
        let mut square = 0.0;
        for (a, row) in &rows {
            for (b, column) in &columns {
                let expected: f64 = row * column / n;
                let seen: f64 = table.get(&(*a, *b)).copied().unwrap_or(0.0);
                square += (seen - expected) * (seen - expected) / expected;
            }
        }
        (square / (n * smaller)).sqrt()
    }

    /// Why an input would give a label away, if it does; completes "not read: …".
    pub fn gives_away(&self, input: usize, label: usize) -> Option<String> {
        let (one, other) = (&self.columns[input], &self.columns[label]);
        let name = &other.header;
        match (&one.kind, &other.kind) {
            (Kind::Number, Kind::Number) => {
                self.copies(input, label).then(|| format!("it is `{name}` in another unit, or the same"))
            }
            (Kind::Number, Kind::Category(classes)) => {
                let coded = one.distinct == classes.len() && self.one_to_one(input, label);
                if coded {
                    return Some(format!("it is `{name}` in other words, one to one"));
                }
                (classes.len() >= 3 && one.distinct >= 2 * classes.len() && self.cuts(input, label))
                    .then(|| format!("cut into ranges it is `{name}`"))
            }
            (Kind::Category(_) | Kind::Labels(..), Kind::Category(_) | Kind::Labels(..) | Kind::Number) => {
                let same = one.distinct == other.distinct && one.distinct * 2 <= one.present;
                (same && self.one_to_one(input, label)).then(|| format!("it is `{name}` in other words, one to one"))
            }
            _ => None,
        }
    }

    /// Two inputs that add up to a label, or whose difference it is.
    pub fn adds_up(&self, inputs: &[usize], label: usize) -> Option<(usize, usize)> {
        if self.columns[label].kind != Kind::Number || inputs.len() > MOST_SUMMED {
            return None;
        }
        let sum = self.numbers(label);
        let parts: Vec<(usize, &[Option<f64>])> = inputs
            .iter()
            .filter(|input| self.columns[**input].kind == Kind::Number && self.columns[**input].shape.is_empty())
            .map(|input| (*input, self.numbers(*input)))
            .collect();
        for (at, (one, a)) in parts.iter().enumerate() {
            for (other, b) in &parts[at + 1..] {
                if [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0)].iter().any(|signs| makes(a, b, sum, *signs)) {
                    return Some((*one, *other));
                }
            }
        }
        None
    }

    /// Whether each value of one column stands beside one value of the other, and each of that beside one of this.
    fn one_to_one(&self, one: usize, other: usize) -> bool {
        let (mut there, mut back) = (HashMap::new(), HashMap::new());
        let mut rows = 0;
        for (a, b) in self.cells(one).into_iter().zip(self.cells(other)).filter_map(|(a, b)| Some((a?, b?))) {
            if *there.entry(a).or_insert(b) != b || *back.entry(b).or_insert(a) != a {
                return false;
            }
            rows += 1;
        }
        rows >= FEWEST.min(self.table.rows) && there.len() >= 2
    }

    /// Whether two columns of numbers are one up to a unit.
    fn copies(&self, one: usize, other: usize) -> bool {
        let pairs: Vec<(f64, f64)> =
            self.numbers(one).iter().zip(self.numbers(other)).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
        if pairs.iter().all(|(a, b)| a == b) {
            return pairs.len() >= 2;
        }
        if pairs.len() < FEWEST {
            return false;
        }
        let n = pairs.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (a, b) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|pair| of(pair.0 - a, pair.1 - b)).sum::<f64>();
        let (xx, yy, xy) = (sum(&|x, _| x * x), sum(&|_, y| y * y), sum(&|x, y| x * y));
        xx > 0.0 && yy > 0.0 && xy.abs() / (xx.sqrt() * yy.sqrt()) > COPY
    }

    /// Whether each class is one range of the numbers.
    fn cuts(&self, numbers: usize, classes: usize) -> bool {
        let mut pairs: Vec<(f64, &str)> = self
            .numbers(numbers)
            .iter()
            .zip(self.cells(classes))
            .filter_map(|(number, class)| Some(((*number)?, class?)))
            .collect();
        if pairs.len() < 2 * FEWEST {
            return false;
        }
        pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
        let seen: std::collections::HashSet<&str> = pairs.iter().map(|pair| pair.1).collect();
        let changes = pairs.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
        let clean = pairs.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1);
        seen.len() >= 3 && changes + 1 == seen.len() && clean
    }
}

/// Whether two columns make a third in every row that has all of them, each with its sign.
fn makes(one: &[Option<f64>], other: &[Option<f64>], sum: &[Option<f64>], signs: (f64, f64)) -> bool {
    let mut rows = 0;
    for ((a, b), c) in one.iter().zip(other).zip(sum) {
        let (Some(a), Some(b), Some(c)) = (a, b, c) else { continue };
        if (signs.0 * a + signs.1 * b - c).abs() > 1e-9 * (a.abs() + b.abs() + c.abs()) {
            return false;
        }
        rows += 1;
    }
    rows >= FEWEST
}
