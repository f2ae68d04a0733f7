//! Opens the files of a pipeline's data sets: every problem of every file is reported.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::bytes;
use super::formats::{self, Request};
use super::table::{Table, Tables};
use crate::check::Pipeline;
use crate::check::pipeline::{DataSet, Part, SplitMethod};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

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
            let mut diagnostic =
                Diagnostic::new(&codes::UNREADABLE_DATA, place, format!("cannot read `{name}`: {reason}"))
                    .here("this file");
            if let Some(close) = beside(&path) {
                let close = std::path::Path::new(&name).with_file_name(close);
                diagnostic = diagnostic.help(format!("did you mean `{}`?", close.display()));
            } else if path.is_relative() || !name.starts_with('/') {
                diagnostic = diagnostic.note(format!("looked for it at `{}`", path.display()));
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

/// A file of almost the same name in the same folder.
fn beside(path: &std::path::Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let names: Vec<String> = std::fs::read_dir(path.parent()?)
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    crate::diag::suggest::closest(name, names.iter().map(String::as_str)).map(str::to_string)
}
