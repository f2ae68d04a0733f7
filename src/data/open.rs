//! Opens the files of a pipeline's data sets: every problem of every file is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::bytes;
use super::formats::{self, Request};
use super::kinds;
use super::table::{Table, Tables};
use crate::check::Pipeline;
use crate::check::pipeline::{DataSet, Part, SplitMethod};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::diag::near::near;
use crate::source::DiskLoader;

/// What the command line puts in the place of what the spec says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// By data set: a file to read instead of all files of the spec.
    pub files: BTreeMap<usize, PathBuf>,
    pub split_seed: Option<u64>,
}

/// What the data is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Inputs and labels: training, evaluating, checking.
    Everything,
    /// Inputs alone: predicting. Columns that only labels and splits read may be absent.
    Inputs,
}

/// Reads every data set.
pub fn open(pipeline: &Pipeline, overrides: &Overrides, need: Need) -> Result<Tables, Vec<Diagnostic>> {
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    for (index, set) in pipeline.data.iter().enumerate() {
        let needed = needed(pipeline, index, need, overrides.files.contains_key(&index));
        let replaced = overrides.files.get(&index);
        // In a file that replaces the spec's own, what nobody reads may hold anything.
        let wanted: Vec<bool> =
            (0..needed.len()).map(|column| replaced.is_none() || needed[column] || set.id == Some(column)).collect();
        match open_set(pipeline, set, replaced, &needed, &wanted) {
            Ok(table) => sets.push(table),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(Tables { sets }) } else { Err(problems) }
}

/// Which declared columns a file must have: all of them in the spec's own files, what is read in a file that replaces them.
fn needed(pipeline: &Pipeline, data: usize, need: Need, replaced: bool) -> Vec<bool> {
    let mut needed = vec![!replaced && need == Need::Everything; pipeline.data[data].columns.len()];
    let inputs = pipeline.inputs.iter().flat_map(|input| input.columns.iter().copied());
    let of_tasks = pipeline.tasks.iter().filter(|_| need == Need::Everything).flat_map(|task| {
        let conditions = task.sample_space.iter().map(|condition| condition.column);
        task.label.columns.iter().copied().chain(task.weight).chain(conditions)
    });
    for column in inputs.chain(of_tasks).filter(|column| column.data == data) {
        needed[column.column] = true;
    }
    needed
}

fn open_set(
    pipeline: &Pipeline,
    set: &DataSet,
    replaced: Option<&PathBuf>,
    needed: &[bool],
    wanted: &[bool],
) -> Result<Table, Vec<Diagnostic>> {
    let mut files: Vec<(Part, String, PathBuf)> = match replaced {
        Some(path) => vec![(Part::Test, path.display().to_string(), path.clone())],
        None => set
            .format
            .paths()
            .into_iter()
            .map(|path| (Part::Train, path.to_string(), pipeline.folder.join(path)))
            .collect(),
    };
    if let (None, SplitMethod::Files { valid, test }) = (replaced, &set.split.method) {
        for (part, path) in [(Part::Valid, valid), (Part::Test, test)] {
            files.extend(path.iter().map(|path| (part, path.clone(), pipeline.folder.join(path))));
        }
    }
    let mut whole: Option<Table> = None;
    let mut problems = Vec::new();
    for (part, name, path) in files {
        let place = if part == Part::Train || replaced.is_some() { set.path_span } else { set.split.span };
        let read = bytes::read(&path).map_err(|reason| {
            // Where it was looked for and what may have been meant have places of their own.
            let reason = if path.exists() { reason.as_str() } else { "there is no such file" };
            let mut diagnostic =
                Diagnostic::new(&codes::UNREADABLE_DATA, place, format!("cannot read `{name}`: {reason}"))
                    .here("this file");
            if !path.exists() {
                let full = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
                diagnostic = diagnostic.note(format!("looked for it at `{}`", full.display()));
                if let Some(near) = near(&path, &DiskLoader::default()) {
                    // As the spec would name it.
                    let near = near.strip_prefix(&pipeline.folder).unwrap_or(&near);
                    diagnostic = diagnostic.help(format!("did you mean `{}`?", near.display()));
                }
            }
            vec![diagnostic]
        });
        let table = read.and_then(|content| {
            formats::half(&set.format).read(&content, &Request { set, name: &name, needed, wanted })
        });
        match (table, &mut whole) {
            (Ok(mut table), None) => {
                table.files.iter_mut().for_each(|file| file.part = part);
                whole = Some(table);
            }
            (Ok(mut table), Some(whole)) => {
                table.files.iter_mut().for_each(|file| file.part = part);
                if let Err(reason) = whole.append(table) {
                    let message = format!("`{name}` does not fit the first file of `{}`: {reason}", set.name);
                    problems.push(Diagnostic::new(&codes::UNREADABLE_DATA, place, message).here("this file"));
                }
            }
            (Err(found), _) => problems.extend(found),
        }
    }
    match whole {
        Some(table) if problems.is_empty() => Ok(table),
        _ => Err(problems),
    }
}

/// The classes that the files of a data set hold in one of its columns; `None` if they cannot be read.
pub fn classes_in(set: &DataSet, column: usize, folder: &Path) -> Option<Vec<String>> {
    let only: Vec<bool> = (0..set.columns.len()).map(|other| other == column).collect();
    let half = kinds::half(&set.columns[column].kind);
    let mut seen = BTreeSet::new();
    for name in set.format.paths() {
        let content = bytes::read(&folder.join(name)).ok()?;
        let table =
            formats::half(&set.format).read(&content, &Request { set, name, needed: &only, wanted: &only }).ok()?;
        let rows: Vec<usize> = (0..table.rows).collect();
        half.classes_seen(table.column(column)?, &rows, &mut seen);
    }
    (!seen.is_empty()).then(|| kinds::sort_classes(seen))
}
