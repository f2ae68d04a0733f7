//! The training rows on their way to a step that learns from them: some at a time, in the order of the rows, as often as it asks.
//!
//! What a step learns may not depend on how the rows are cut into chunks, to the last bit. So a step adds up one number after
//! the other ([`Training::fold`]), or asks for one column in order ([`Training::sorted_columns`]), and never for sums of
//! chunks.

use std::array::from_fn;
use std::path::{Path, PathBuf};

use arrow_array::{Array, Float64Array};

use super::parallel::in_order;
use super::row_set::RowSet;
use super::steps::Refusal;
use super::values::Values;

/// One way through the rows: each chunk is given to the closure.
pub type Pass<'a> = dyn Fn(&mut dyn FnMut(&Values)) -> Result<(), Refusal> + 'a;

pub struct Training<'a> {
    rows: usize,
    like: Values,
    pass: &'a Pass<'a>,
    memory: usize,
    columns: Option<(&'a [Float64Array], &'a RowSet)>,
    folder: PathBuf,
}

/// So many columns are gone through side by side: sums of one alone would wait for each other.
const TOGETHER: usize = 4;

impl<'a> Training<'a> {
    /// `like` are the values of no row; `memory` is how many bytes of columns may be held at once, at least one column's.
    pub fn new(rows: usize, like: Values, pass: &'a Pass<'a>, memory: usize) -> Self {
        Self { rows, like: like.doubled(), pass, memory, columns: None, folder: PathBuf::new() }
    }

    /// The same where the numbers are still those of some columns, of which these rows are the training rows.
    pub fn of_columns(self, columns: Option<&'a [Float64Array]>, rows: &'a RowSet) -> Self {
        Self { columns: columns.map(|columns| (columns, rows)), ..self }
    }

    /// With the folder in which files lie that a step names.
    pub fn beside(mut self, folder: &Path) -> Self {
        self.folder = folder.to_path_buf();
        self
    }

    /// Where files lie that a step names.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Values of no row, which tell what sort they are: their shape, their classes.
    pub fn like(&self) -> &Values {
        &self.like
    }

    /// How many numbers a row has; 0 if its values are no numbers.
    pub fn numbers(&self) -> usize {
        if let Values::Real { .. } = &self.like { self.like.width() } else { 0 }
    }

    /// Goes through all rows once.
    pub fn each(&self, take: &mut dyn FnMut(&Values)) -> Result<(), Refusal> {
        (self.pass)(&mut |values| match values {
            Values::Single { .. } | Values::Series(_) => take(&values.clone().doubled()),
            _ => take(values),
        })
    }

    /// Goes through the numbers of all rows once; a missing one is NaN.
    pub fn each_row(&self, take: &mut dyn FnMut(&[f64])) -> Result<(), Refusal> {
        let width = self.numbers().max(1);
        self.each(&mut |values| {
            if let Values::Real { values, .. } = values {
                values.chunks(width).for_each(&mut *take);
            }
        })
    }

    /// What comes of each column when a function takes its numbers one after the other, missing ones left out.
    pub fn fold<S: Clone + Send + Sync>(
        &self,
        start: S,
        take: impl Fn(usize, &mut S, f64) + Sync,
    ) -> Result<Vec<S>, Refusal> {
        if let Some((columns, rows)) = self.columns {
            let groups: Vec<&[Float64Array]> = columns.chunks(TOGETHER).collect();
            let of_group = |group: usize| {
                let first = TOGETHER * group;
                match groups[group] {
                    [a, b, c, d] => folded([a, b, c, d], first, rows, &start, &take),
                    few => {
                        let each = few.iter().enumerate();
                        each.flat_map(|(place, column)| folded([column], first + place, rows, &start, &take)).collect()
                    }
                }
            };
            return Ok(in_order(groups.len(), &of_group).into_iter().flatten().collect());
        }
        let mut states = vec![start; self.numbers()];
        self.each_row(&mut |row| {
            for (column, (value, state)) in row.iter().zip(&mut states).enumerate() {
                if !value.is_nan() {
                    take(column, state, *value);
                }
            }
        })?;
        Ok(states)
    }

    /// Of each column, the sum of what a function makes of its numbers, and how many there are; each column must have some.
    pub fn some_sums(&self, of: impl Fn(usize, f64) -> f64 + Sync) -> Result<Vec<(f64, usize)>, Refusal> {
        // As `Iterator::sum` starts.
        let sums = self.fold((-0.0, 0), |column, (sum, count), value| {
            *sum += of(column, value);
            *count += 1;
        })?;
        match sums.iter().position(|(_, count)| *count == 0) {
            Some(empty) => Err(self.without_value(empty)),
            None => Ok(sums),
        }
    }

    /// What a function learns of each column, given its numbers in order, missing ones left out; each column must have some.
    pub fn sorted_columns<T>(&self, learn: &mut dyn FnMut(&[f64]) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        let width = self.numbers();
        let at_once = (self.memory / (8 * self.rows).max(1)).max(1);
        let mut learnt = Vec::with_capacity(width);
        for start in (0..width).step_by(at_once) {
            let end = (start + at_once).min(width);
            let mut columns: Vec<Vec<f64>> = (start..end).map(|_| Vec::with_capacity(self.rows)).collect();
            self.each_row(&mut |row| {
                for (column, value) in columns.iter_mut().zip(&row[start..end]) {
                    if !value.is_nan() {
                        column.push(*value);
                    }
                }
            })?;
            if let Some(empty) = columns.iter().position(Vec::is_empty) {
                return Err(self.without_value(start + empty));
            }
            for mut column in columns {
                column.sort_unstable_by(f64::total_cmp);
                learnt.push(learn(&column)?);
            }
        }
        Ok(learnt)
    }

    /// Why nothing can be learnt of a column that is missing in every training row.
    pub fn without_value(&self, column: usize) -> Refusal {
        Refusal { column: Some((column, self.numbers())), ..Refusal::new("finds no value in the training part") }
    }
}

/// The same of some columns side by side, of which the first has this number.
fn folded<S: Clone, const N: usize>(
    columns: [&Float64Array; N],
    first: usize,
    rows: &RowSet,
    start: &S,
    take: &impl Fn(usize, &mut S, f64),
) -> Vec<S> {
    let mut states: [S; N] = from_fn(|_| start.clone());
    let values = columns.map(|column| column.values().as_ref());
    let gaps = columns.map(|column| column.nulls().filter(|nulls| nulls.null_count() > 0));
    let none = gaps.iter().all(Option::is_none);
    for row in rows {
        for place in 0..N {
            let value = values[place][row];
            let there = none || gaps[place].is_none_or(|gaps| gaps.is_valid(row));
            if there && !value.is_nan() {
                take(first + place, &mut states[place], value);
            }
        }
    }
    states.into()
}
