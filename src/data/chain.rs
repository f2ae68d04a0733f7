//! A chain of steps while it is fitted: each learns from what those before it make of the training rows, and in the end all
//! rows go through it, some at a time.
//!
//! What fits into memory is held, after the steps so far. What does not is read anew for each pass.

use std::cell::Cell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::Float64Array;

use super::parallel::{as_worker, streamed};
use super::row_set::RowSet;
use super::steps::{self, FittedStep, Refusal};
use super::store;
use super::training::Training;
use super::values::Values;
use crate::catalog::steps::StepDef;

/// How much is dealt with at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Values of so many bytes are held; and columns of so many, while a step learns from them in order.
    pub memory: usize,
    /// So many rows are read at once, as far as they have no more than [`CHUNK_BYTES`].
    pub chunk: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: store::memory(), chunk: 1 << 15 }
    }
}

/// Rows of so many bytes are read at once, however few they are.
const CHUNK_BYTES: usize = 4 << 20;

/// So many rows of numbers are given to a step at once, to stay in the processor's cache.
pub(super) const CACHED: usize = 1024;

/// Which step refuses, and why.
pub(super) type Refused = (usize, Refusal);

/// Reads rows of one of the stacked data sets, before any step.
type Read<'a> = dyn Fn(usize, Range<usize>) -> Option<Values> + Sync + 'a;

/// So many rows go through the steps on one thread, a chunk at a time: of fewer, handing them over costs more than it spares.
const HANDED_OVER: usize = 1 << 14;

pub(super) struct Chain<'a> {
    /// How many rows each stacked data set has.
    sets: Vec<usize>,
    read: &'a Read<'a>,
    /// What is read, if it is columns of numbers of one data set as they are.
    columns: Option<Vec<Float64Array>>,
    limits: Limits,
    /// Whether all rows would take more memory than they may.
    large: bool,
    /// All rows after the steps so far.
    held: Option<Values>,
    steps: Vec<Arc<dyn FittedStep>>,
    sizes: Vec<Sizes>,
    folder: PathBuf,
}

/// What values after a step tell of sizes.
pub(super) struct Sizes {
    /// The sizes of a row; of a length, the longest.
    pub row: Vec<usize>,
    /// How many classes or words there are.
    pub of_kind: Option<usize>,
    /// How many texts the step has shortened.
    pub cut: usize,
}

impl Sizes {
    pub fn of(values: &Values) -> Self {
        let of_kind = match values {
            Values::Tokens { vocabulary, .. } => Some(*vocabulary),
            Values::Category { size, .. } => Some(*size),
            _ => None,
        };
        Self { row: values.row_shape(), of_kind, cut: 0 }
    }

    fn grow(&mut self, other: &Sizes) {
        self.row.iter_mut().zip(&other.row).for_each(|(size, other)| *size = (*size).max(*other));
        self.cut += other.cut;
    }
}

impl<'a> Chain<'a> {
    /// `hold` says whether values may be held, if they are few enough. `None` if the data sets do not fit together.
    pub fn new(sets: Vec<usize>, read: &'a Read<'a>, limits: Limits, hold: bool) -> Option<Self> {
        let mut whole = read(0, 0..0)?;
        for set in 1..sets.len() {
            if !whole.append(read(set, 0..0)?) {
                return None;
            }
        }
        let width = 8 * whole.width();
        let limits = Limits { chunk: limits.chunk.min(CHUNK_BYTES / width.max(1)).max(1), ..limits };
        let large = sets.iter().sum::<usize>().saturating_mul(width) > limits.memory;
        let held = (hold && !large).then(|| {
            let mut whole: Option<Values> = None;
            for (set, rows) in sets.iter().enumerate() {
                let values = read(set, 0..*rows)?;
                match &mut whole {
                    None => whole = Some(values),
                    Some(whole) => _ = whole.append(values),
                }
            }
            whole
        });
        let (held, columns, folder) = (held.flatten(), None, PathBuf::new());
        Some(Self { sets, read, columns, limits, large, held, steps: Vec::new(), sizes: Vec::new(), folder })
    }

    /// The same where all that is read are these columns of numbers.
    pub fn of_columns(self, columns: Option<Vec<Float64Array>>) -> Self {
        Self { columns, ..self }
    }

    /// One chunk after the other, if its rows are dealt out to threads when they are read.
    pub fn chunk_by_chunk(self, yes: bool) -> Self {
        Self { large: self.large || yes, ..self }
    }

    /// With the folder in which files lie that steps name.
    pub fn beside(mut self, folder: &Path) -> Self {
        self.folder = folder.to_path_buf();
        self
    }

    /// Learns the next step from the training rows, which are numbered through the stacked data sets.
    pub fn fit(&self, def: &StepDef, train: &RowSet) -> Result<Arc<dyn FittedStep>, Refused> {
        let number = self.steps.len();
        let refused: Cell<Option<usize>> = Cell::new(None);
        let held = |take: &mut dyn FnMut(&Values)| {
            let values = self.held.as_ref();
            let few = matches!(values, Some(Values::Real { .. }));
            for rows in train.chunks(if few { CACHED.min(self.limits.chunk) } else { self.limits.chunk }) {
                values.into_iter().for_each(|values| take(&values.taken(&rows)));
            }
            Ok(())
        };
        let read = |take: &mut dyn FnMut(&Values)| {
            self.each_chunk(train, &mut |values| {
                let values = self.applied(values, self.steps.len()).map_err(|(step, refusal)| {
                    refused.set(Some(step));
                    refusal
                })?;
                take(&values);
                Ok(())
            })
        };
        let like = self.like().map_err(|refusal| (number, refusal))?;
        let pass: &super::training::Pass<'_> = if self.held.is_some() { &held } else { &read };
        let columns = self.columns.as_deref().filter(|_| number == 0);
        let training =
            Training::new(train.len(), like, pass, self.limits.memory).of_columns(columns, train).beside(&self.folder);
        steps::fit(def, &training).map_err(|refusal| match refused.get() {
            Some(step) => self.refused(step).unwrap_or((step, refusal)),
            None => (number, refusal),
        })
    }

    /// Goes through training rows as they are after the steps so far.
    pub fn each(&self, train: &RowSet, take: &mut dyn FnMut(&Values)) -> Result<(), Refusal> {
        if let Some(values) = &self.held {
            train.chunks(self.limits.chunk).for_each(|rows| take(&values.taken(&rows)));
            return Ok(());
        }
        self.each_chunk(train, &mut |values| {
            take(&self.applied(values, self.steps.len()).map_err(|(_, refusal)| refusal)?);
            Ok(())
        })
    }

    /// Adds a step that has been fitted or loaded.
    pub fn add(&mut self, step: Arc<dyn FittedStep>) -> Result<(), Refused> {
        if let Some(values) = self.held.take() {
            let cut = step.cuts(&values);
            let values = step.apply(values).map_err(|refusal| (self.steps.len(), refusal))?;
            self.sizes.push(Sizes { cut, ..Sizes::of(&values) });
            self.held = Some(values);
        }
        self.steps.push(step);
        Ok(())
    }

    /// Whether all rows would take more memory than they may.
    pub fn is_large(&self) -> bool {
        self.large
    }

    /// Takes all rows through the steps, on several threads: each chunk, with the number of its first row, goes to `make`, and what
    /// it makes of them to `take`, in order. Gives the steps, and the sizes after each.
    pub fn finish<T: Send>(
        mut self,
        make: &(dyn Fn(usize, Values) -> T + Sync),
        take: &mut dyn FnMut(T),
    ) -> Result<(Vec<Arc<dyn FittedStep>>, Vec<Sizes>), Refused> {
        if let Some(values) = self.held.take() {
            take(make(0, values));
            return Ok((self.steps, self.sizes));
        }
        let chunk = self.limits.chunk.max(1);
        let at_once = if self.large { chunk } else { chunk * (HANDED_OVER / chunk).max(1) };
        let first = |set: usize| self.sets[..set].iter().sum::<usize>();
        let of_set =
            |(set, rows): (usize, &usize)| chunks(*rows, at_once).map(move |rows| (set, rows)).collect::<Vec<_>>();
        let mut ranges = self.sets.iter().enumerate().flat_map(of_set);
        let through = |(set, rows): (usize, Range<usize>)| -> Result<_, Refused> {
            let (mut made, mut sizes) = (Vec::new(), Vec::new());
            for range in chunks(rows.len(), chunk) {
                let range = rows.start + range.start..rows.start + range.end;
                let start = first(set) + range.start;
                let Some(values) = (self.read)(set, range) else { continue };
                let (values, own) = self.measured(values)?;
                grow(&mut sizes, own);
                made.push(make(start, values));
                store::release();
            }
            Ok((made, sizes))
        };
        let (mut sizes, mut refused) = (Vec::new(), None);
        let done = |done: Result<(Vec<T>, Vec<Sizes>), Refused>| match done {
            Ok((made, own)) => {
                made.into_iter().for_each(&mut *take);
                grow(&mut sizes, own);
                true
            }
            Err(found) => {
                refused = Some(found);
                false
            }
        };
        // Of what does not fit into memory there is one chunk at a time.
        if self.large {
            ranges.map(through).all(done);
        } else {
            streamed(|| ranges.next(), |rows| as_worker(|| through(rows)), done);
        }
        match refused {
            Some((number, refusal)) => Err(self.refused(number).unwrap_or((number, refusal))),
            None => Ok((self.steps, sizes)),
        }
    }

    /// Values after all steps, and their sizes after each.
    fn measured(&self, values: Values) -> Result<(Values, Vec<Sizes>), Refused> {
        let (mut values, mut sizes) = (values, Vec::new());
        for (number, step) in self.steps.iter().enumerate() {
            let cut = step.cuts(&values);
            values = step.apply(values).map_err(|refusal| (number, refusal))?;
            sizes.push(Sizes { cut, ..Sizes::of(&values) });
        }
        Ok((values, sizes))
    }

    /// The steps and the sizes after each, without going through the rows; a length is not known then.
    pub fn without_rows(self) -> Result<(Vec<Arc<dyn FittedStep>>, Vec<Sizes>), Refused> {
        let mut sizes = Vec::new();
        let mut values = (self.read)(0, 0..0);
        for (number, step) in self.steps.iter().enumerate() {
            values = values.map(|values| step.apply(values)).transpose().map_err(|refusal| (number, refusal))?;
            sizes.extend(values.as_ref().map(Sizes::of));
        }
        Ok((self.steps, sizes))
    }

    /// The values of no row after the steps so far.
    fn like(&self) -> Result<Values, Refusal> {
        match &self.held {
            Some(values) => Ok(values.taken(&[])),
            None => {
                let values = (self.read)(0, 0..0).ok_or_else(|| Refusal::new("has no columns"))?;
                self.applied(values, self.steps.len()).map_err(|(_, refusal)| refusal)
            }
        }
    }

    /// Some values after the first steps.
    fn applied(&self, values: Values, steps: usize) -> Result<Values, Refused> {
        let mut values = values;
        for (number, step) in self.steps[..steps].iter().enumerate() {
            values = step.apply(values).map_err(|refusal| (number, refusal))?;
        }
        Ok(values)
    }

    /// Reads rows, which ascend, some at a time.
    fn each_chunk(&self, rows: &RowSet, take: &mut dyn FnMut(Values) -> Result<(), Refusal>) -> Result<(), Refusal> {
        let (mut base, mut next) = (0, 0);
        for (set, count) in self.sets.iter().enumerate() {
            let end = base + count;
            while let Some(first) = rows.between(next..end).next() {
                next = end.min(first + self.limits.chunk.max(1));
                let wanted: Vec<usize> = rows.between(first..next).map(|row| row - first).collect();
                let last = first + wanted.last().copied().unwrap_or(0);
                if let Some(values) = (self.read)(set, first - base..last + 1 - base) {
                    let all = wanted.len() == values.rows();
                    take(if all { values } else { values.taken(&wanted) })?;
                }
                store::release();
            }
            (base, next) = (end, end);
        }
        Ok(())
    }

    /// All rows that a step refuses.
    fn refused(&self, step: usize) -> Option<Refused> {
        let mut whole: Option<Refused> = None;
        let mut base = 0;
        for (set, rows) in self.sets.iter().enumerate() {
            for range in chunks(*rows, self.limits.chunk) {
                let start = base + range.start;
                let Some(values) = (self.read)(set, range) else { continue };
                let Err((number, mut refusal)) = self.applied(values, step + 1) else { continue };
                refusal.rows.iter_mut().for_each(|row| *row += start);
                match &mut whole {
                    // An earlier step refuses rows that none trains on.
                    Some((before, whole)) if number < *before => (*before, *whole) = (number, refusal),
                    Some((before, whole)) if number == *before => whole.rows.extend(refusal.rows),
                    Some(_) => {}
                    None => whole = Some((number, refusal)),
                }
            }
            base += rows;
        }
        whole
    }
}

/// The larger of what was known of each step and what is known of it now.
fn grow(sizes: &mut Vec<Sizes>, more: Vec<Sizes>) {
    match sizes.is_empty() {
        true => *sizes = more,
        false => sizes.iter_mut().zip(&more).for_each(|(sizes, more)| sizes.grow(more)),
    }
}

fn chunks(rows: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    let size = size.max(1);
    (0..rows).step_by(size).map(move |start| start..(start + size).min(rows))
}
