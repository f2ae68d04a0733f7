//! Rows that lack an input: which they are, and how an input without them is read.
//!
//! An input that rows may lack is prepared of the rows alone that have it, under numbers of their own, so that no step learns from
//! a value that is not there, or refuses one. A batch says of each row whether it has the input.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, new_null_array};

use super::draws::{Drawing, Draws};
use super::fitting::Fitting;
use super::kinds::{self, Spelling};
use super::prepare::Prepared;
use super::problems::count;
use super::row_set::RowSet;
use super::table::Tables;
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{ColumnRef, Input, Part, Pipeline};

/// Which rows of a data set have an input: all, or these.
#[derive(Clone, Debug, Default)]
pub(super) struct Given(Option<Arc<RowSet>>);

impl Given {
    /// Of so many rows, those that have a value in one of the columns at least.
    pub fn of(kind: &KindDef, columns: &[ArrayRef], rows: usize) -> Self {
        let half = kinds::half(kind);
        let has = |row: &usize| columns.iter().any(|column| !half.lacks(column, *row));
        Self(Some(Arc::new((0..rows).filter(has).collect())))
    }

    /// Whether rows may lack it.
    pub fn may_lack(&self) -> bool {
        self.0.is_some()
    }

    /// How many of some rows lack it.
    fn lacking(&self, rows: &RowSet) -> usize {
        self.0.as_ref().map_or(0, |given| rows.len() - rows.both(given).len())
    }

    /// How many rows have it, of so many.
    pub fn count(&self, rows: usize) -> usize {
        self.0.as_ref().map_or(rows, |given| given.len())
    }

    /// The place of a row among those that have it.
    pub fn place(&self, row: usize) -> Option<usize> {
        match &self.0 {
            Some(given) => given.place(row),
            None => Some(row),
        }
    }

    /// The row at a place.
    pub fn row(&self, place: usize) -> usize {
        self.0.as_ref().map_or(place, |given| given.at(place).unwrap_or_default())
    }
}

/// A data set among those that an input stacks.
#[derive(Clone, Debug)]
pub(super) struct Stacked {
    pub data: usize,
    /// The place of its first row among the rows of all that have the input.
    pub base: usize,
    pub given: Given,
}

impl Stacked {
    /// The place of a row among the rows of all that have the input.
    pub fn place(&self, row: usize) -> Option<usize> {
        self.given.place(row).map(|place| self.base + place)
    }
}

/// Which rows lose an input while they are trained on: `drop_input(10%)`.
#[derive(Clone, Debug, Default)]
pub(super) struct Dropping {
    /// The input, in whose name is drawn.
    name: String,
    /// The steps that say so, by their numbers in its chain, each with the share of rows.
    steps: Vec<(usize, f64)>,
}

impl Dropping {
    pub fn of(input: &Input) -> Self {
        let steps = input.steps.iter().enumerate();
        let steps = steps.filter_map(|(number, step)| step.def.drops().map(|share| (number, share))).collect();
        Self { name: input.name.clone(), steps }
    }

    /// Takes the input away from some of these rows, which are told by data set and number.
    pub fn drop(&self, drawing: Drawing, rows: &[(usize, usize)], picked: &mut [Option<usize>]) {
        for (number, share) in &self.steps {
            let draws = Draws::new(drawing, &self.name, *number, rows.iter().copied());
            for (place, picked) in picked.iter_mut().enumerate() {
                if draws.row(place).uniform(0) < *share {
                    *picked = None;
                }
            }
        }
    }

    pub fn is_never(&self) -> bool {
        self.steps.is_empty()
    }
}

impl Fitting<'_> {
    /// A column as an input reads it. One that given files do not have is missing in every row, if rows may lack the input.
    pub(super) fn read_column(&self, input: &Input, reference: ColumnRef) -> Option<ArrayRef> {
        if let Some(array) = self.column(reference) {
            return Some(array.clone());
        }
        let column = self.pipeline.column(reference);
        input.missing?;
        let mut cells = kinds::half(&column.kind).cells(Spelling::PLAIN, &column.shape);
        cells.push_missing();
        let (rows, missing) = (self.tables.sets[reference.data].rows, cells.finish());
        // One row tells what all are like.
        match missing.is_null(0) {
            true => Some(new_null_array(missing.data_type(), rows)),
            false => kinds::rearranged(&missing, &vec![0; rows]).ok(),
        }
    }

    /// A problem if given files have some of the columns of an input, and not the others.
    pub(super) fn columns_in_part(&self, input: &Input, data: usize) -> Option<Diagnostic> {
        let of_data = || input.columns.iter().filter(|column| column.data == data);
        let absent = of_data().find(|column| self.column(**column).is_none())?;
        let there = of_data().find(|column| self.column(**column).is_some())?;
        let file = self.tables.sets[data].files.first().map_or("", |file| file.name.as_str());
        let (absent, there) = (self.pipeline.column(*absent), self.pipeline.column(*there));
        let message = format!("`{file}` has no column `{}`, though it has `{}`", absent.source, there.source);
        Some(
            Diagnostic::new(&codes::MISSING_COLUMN, absent.span, message)
                .here("not in the file")
                .also(input.span, "reads both")
                .help("a row lacks an input if all of its columns are missing: leave out both, or put in the one"),
        )
    }

    /// A problem if there is no row to learn an input's steps from.
    pub(super) fn never_given(&self, input: &Input) -> Diagnostic {
        let message = format!("no row of the training part has input `{}`", input.name);
        Diagnostic::new(&codes::MISSING_INPUT, input.span, message)
            .here("missing in every row that is trained on")
            .help("take the input out, or choose a split whose training part has some rows with it")
    }
}

impl Prepared {
    /// Of an input that rows may lack, how many rows of a part lack it, and how many there are.
    pub fn lacking(&self, input: usize, part: Part) -> Option<(usize, usize)> {
        let stacked = &self.inputs[input].stacked;
        if !stacked.iter().any(|set| set.given.may_lack()) {
            return None;
        }
        let (mut lacking, mut all) = (0, 0);
        for set in stacked {
            let rows = self.parts.0[set.data].of(part);
            all += rows.len();
            lacking += set.given.lacking(rows);
        }
        Some((lacking, all))
    }

    /// A line for each input that rows of given files lack.
    pub fn lacking_in_words(&self, pipeline: &Pipeline, tables: &Tables) -> Vec<String> {
        let words = |(index, input): (usize, &Input)| {
            let (lacking, all) = self.lacking(index, Part::Test).filter(|(lacking, _)| *lacking > 0)?;
            let absent = input.columns.iter().find(|column| tables.sets[column.data].column(column.column).is_none());
            Some(match absent {
                Some(column) => {
                    let name = &pipeline.column(*column).source;
                    format!("input `{}`: there is no column `{name}`, so that no row has it", input.name)
                }
                None => {
                    let lack = if lacking == 1 { "lacks" } else { "lack" };
                    format!("input `{}`: of {}, {lacking} {lack} it", input.name, count(all, "row"))
                }
            })
        };
        pipeline.inputs.iter().enumerate().filter_map(words).collect()
    }
}
