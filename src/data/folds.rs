//! k folds of the rows that a model may learn from: train and valid are cut anew, test stays as it is.
//!
//! As in the split, rows are ordered by a hash, what belongs together stays together, and each stratum is spread evenly.

use std::fmt;

use super::split::{keys, strata};
use super::table::{Table, Tables};
use super::{PartRows, Parts};
use crate::pipeline::Pipeline;
use crate::pipeline::{DataSet, Part, SplitMethod};

/// Why a data set cannot be cut into folds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFolded {
    /// It is split by this column, and later rows would teach earlier ones.
    ByTime { data: String, column: String },
    /// It has so many rows, or groups of rows that stay together.
    TooFew { data: String, groups: usize, folds: usize },
}

impl fmt::Display for NotFolded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotFolded::ByTime { data, column } => {
                write!(f, "`{data}` is split by time (`{column}`), and folds would let later rows teach earlier ones")
            }
            NotFolded::TooFew { data, groups, folds } => {
                write!(f, "`{data}` has {groups} rows (or groups of rows) to cut, too few for {folds} folds")
            }
        }
    }
}

impl std::error::Error for NotFolded {}

/// For each of `count` folds, the parts in which that fold is valid and the others are train.
///
/// # Errors
/// If a data set cannot be cut so.
pub fn folds(pipeline: &Pipeline, tables: &Tables, parts: &Parts, count: usize) -> Result<Vec<Parts>, NotFolded> {
    let mut all = vec![Parts::default(); count];
    for ((set, table), rows) in pipeline.data.iter().zip(&tables.sets).zip(&parts.0) {
        let fold_of = dealt(set, table, rows, count)?;
        for (fold, parts) in all.iter_mut().enumerate() {
            let part = |(row, of): &(usize, usize)| (*row, if *of == fold { Part::Valid } else { Part::Train });
            let own = PartRows::dealt(table.rows, fold_of.iter().map(part));
            parts.0.push(PartRows { test: rows.test.clone(), ..own });
        }
    }
    Ok(all)
}

/// The fold of each row of train and valid.
fn dealt(set: &DataSet, table: &Table, rows: &PartRows, count: usize) -> Result<Vec<(usize, usize)>, NotFolded> {
    let (stratify, group) = match &set.split.method {
        SplitMethod::Shares { time: Some(time), .. } => {
            return Err(NotFolded::ByTime { data: set.name.clone(), column: set.columns[*time].name.clone() });
        }
        SplitMethod::Shares { stratify, group, .. } => (*stratify, *group),
        SplitMethod::Column { .. } | SplitMethod::Files { .. } => (None, None),
    };
    let learnable = rows.train.either(&rows.valid);
    let strata = strata(set, table, learnable.iter(), &keys(set, table, group), stratify, set.split.seed);
    let groups = strata.groups();
    if groups < count {
        return Err(NotFolded::TooFew { data: set.name.clone(), groups, folds: count });
    }
    let mut sizes = vec![0; count];
    let mut fold_of = Vec::new();
    for groups in strata.each() {
        let mut of_stratum = vec![0; count];
        for rows in groups {
            // The fold that has least of the stratum, then least of all.
            let fold = (0..count).min_by_key(|fold| (of_stratum[*fold], sizes[*fold])).unwrap_or(0);
            of_stratum[fold] += rows.len();
            sizes[fold] += rows.len();
            fold_of.extend(rows.iter().map(|row| (*row as usize, fold)));
        }
    }
    Ok(fold_of)
}
