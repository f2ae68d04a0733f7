//! Opens the files of a pipeline's data sets: every problem of every file is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fetch::Fetching;
use super::files;
use super::formats::{self, Key, Request};
use super::joined;
use super::kinds;
use super::made::make;
use super::objects;
use super::pictures;
use super::pinned;
use super::sample::rows_read;
use super::source::{STANDARD_INPUT, Source};
use super::store;
use super::table::{Table, Tables};
use crate::catalog::addresses::is_address;
use crate::catalog::formats::{FormatDef, is_url};
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::diag::near::near;
use crate::expression::Expression;
use crate::pipeline::Pipeline;
use crate::pipeline::{Column, ColumnRef, DataSet, Input, Origin, Part, SplitMethod, Task};
use crate::source::{DiskLoader, Span};

/// What the command line puts in the place of what the spec says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// By data set: what to read instead of all files of the spec: files, folders, patterns, or `-` for standard input.
    pub files: BTreeMap<usize, Vec<PathBuf>>,
    /// By data set: how these files are written, if it is not as the spec says. Its path is not read.
    pub formats: BTreeMap<usize, FormatDef>,
    /// The same of tables that are joined, by data set and the place of the table among those that it joins.
    pub joined: BTreeMap<(usize, usize), Vec<PathBuf>>,
    pub joined_formats: BTreeMap<(usize, usize), FormatDef>,
    /// By data set: rows that are at hand, in the place of files. They name no files of this machine, and data sets that nothing stands in
    /// the place of have no rows then.
    pub at_hand: BTreeMap<usize, Arc<[u8]>>,
    pub split_seed: Option<u64>,
    /// Whether nobody asks for the hashes of the files, which are left empty then.
    pub unhashed: bool,
}

impl Overrides {
    /// Whether all files are those of the spec.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.joined.is_empty() && self.at_hand.is_empty()
    }

    /// Whether rows are asked about that are the run's own.
    pub fn own_rows(&self) -> bool {
        self.files.is_empty() && self.at_hand.is_empty()
    }

    /// Puts rows at hand in the place of those of a data set, as a file of this format would have them.
    pub fn put(&mut self, data: usize, format: FormatDef, rows: impl Into<Arc<[u8]>>) {
        self.at_hand.insert(data, rows.into());
        self.formats.insert(data, format);
    }

    /// Whether something stands in the place of the files of a data set.
    pub fn stands_in(&self, data: usize) -> bool {
        self.files.contains_key(&data) || self.at_hand.contains_key(&data)
    }

    /// Whether a column is read from files that stand in the place of the spec's own.
    fn replace(&self, pipeline: &Pipeline, column: ColumnRef) -> bool {
        let joined = match pipeline.column(column).origin {
            Origin::Joined { join, .. } => self.joined.contains_key(&(column.data, join)),
            Origin::File | Origin::Made(_) => false,
        };
        joined || self.stands_in(column.data)
    }
}

/// What rows at hand are called in messages.
const AT_HAND: &str = "rows";

/// What the data is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Inputs and labels: training, evaluating, checking.
    Everything,
    /// Inputs, and the labels that there are: evaluating on other files. Tasks whose columns are absent have no labels.
    Available,
    /// Inputs alone: predicting. Columns that only labels and splits read may be absent.
    Inputs,
    /// The labels that there are: judging answers. Files that replace the spec's own need no column of an input.
    Labels,
}

/// Reads every data set.
pub fn open(pipeline: &Pipeline, overrides: &Overrides, need: Need) -> Result<Tables, Vec<Diagnostic>> {
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    let at_hand = vec![PathBuf::from(AT_HAND)];
    for (index, set) in pipeline.data.iter().enumerate() {
        if !overrides.at_hand.is_empty() && !overrides.stands_in(index) {
            sets.push(without_rows(pipeline, index));
            continue;
        }
        let bytes = overrides.at_hand.get(&index);
        let replaced = overrides.files.get(&index).or(bytes.map(|_| &at_hand));
        let needed = needed(pipeline, index, need, overrides);
        let of_labels = read_columns(pipeline, index, matches!(need, Need::Available | Need::Labels));
        let of_inputs = input_columns(pipeline, index, |_| need != Need::Labels);
        // In a file that replaces the spec's own, what nobody reads may hold anything.
        let wanted = |column: usize| {
            let read = needed[column] || of_inputs[column] || of_labels[column];
            !overrides.replace(pipeline, ColumnRef { data: index, column }) || read || set.called_by() == Some(column)
        };
        let wanted: Vec<bool> = set.with_sources((0..needed.len()).map(wanted).collect());
        let needed = set.with_sources(needed);
        let opening = Opening {
            pipeline,
            data: index,
            set,
            format: overrides.formats.get(&index).unwrap_or(&set.format),
            overrides,
            replaced,
            bytes,
            needed: &needed,
            wanted: &wanted,
        };
        match opening.open() {
            Ok(table) => sets.push(table),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(Tables { sets }) } else { Err(problems) }
}

/// A data set of which there are no rows, and no label.
pub fn without_rows(pipeline: &Pipeline, data: usize) -> Table {
    Table::without_rows(&pipeline.data[data], &input_columns(pipeline, data, |_| true))
}

/// Which declared columns a file must have: all of them in the spec's own files, what is read in a file that replaces them. There an
/// input's own columns may be absent, if rows may lack it.
fn needed(pipeline: &Pipeline, data: usize, need: Need, overrides: &Overrides) -> Vec<bool> {
    let of_tasks = read_columns(pipeline, data, need == Need::Everything);
    let of_inputs = input_columns(pipeline, data, |(input, column)| {
        let origin = &pipeline.column(column).origin;
        need != Need::Labels && (input.missing.is_none() || !matches!(origin, Origin::File))
    });
    let own = |column: usize| need == Need::Everything && !overrides.replace(pipeline, ColumnRef { data, column });
    (0..of_tasks.len()).map(|column| of_tasks[column] || of_inputs[column] || own(column)).collect()
}

/// The columns that inputs read, of those that are asked for.
fn input_columns(pipeline: &Pipeline, data: usize, asked: impl Fn((&Input, ColumnRef)) -> bool) -> Vec<bool> {
    let mut read = vec![false; pipeline.data[data].columns.len()];
    let inputs = pipeline.inputs.iter().flat_map(|input| input.columns.iter().map(move |column| (input, *column)));
    let of_data = inputs.filter(|(_, column)| column.data == data).filter(|one| asked(*one));
    of_data.for_each(|(_, column)| read[column.column] = true);
    read
}

/// The columns that tasks read beside their inputs, if these are asked for.
fn read_columns(pipeline: &Pipeline, data: usize, asked: bool) -> Vec<bool> {
    let mut read = vec![false; pipeline.data[data].columns.len()];
    let tasks = pipeline.tasks.iter().filter(|_| asked);
    tasks.flat_map(columns_of).filter(|column| column.data == data).for_each(|column| read[column.column] = true);
    read
}

/// The columns that a task reads beside its inputs: its label, its weight, those of its `where`.
pub fn columns_of(task: &Task) -> impl Iterator<Item = ColumnRef> + '_ {
    let data = task.label.data;
    let conditions =
        task.sample_space.iter().flat_map(Expression::columns).map(move |column| ColumnRef { data, column });
    task.label.columns.iter().copied().chain(task.weight).chain(conditions)
}

/// The work on one data set.
struct Opening<'a> {
    pipeline: &'a Pipeline,
    data: usize,
    set: &'a DataSet,
    format: &'a FormatDef,
    overrides: &'a Overrides,
    replaced: Option<&'a Vec<PathBuf>>,
    /// Its rows, if they are at hand.
    bytes: Option<&'a Arc<[u8]>>,
    needed: &'a [bool],
    wanted: &'a [bool],
}

impl Opening<'_> {
    fn open(&self) -> Result<Table, Vec<Diagnostic>> {
        let set = self.set;
        let mut named: Vec<(Part, String)> = match self.replaced {
            Some(paths) => paths.iter().map(|path| (Part::Test, path.to_string_lossy().into_owned())).collect(),
            None => self.format.paths().into_iter().map(|path| (Part::Train, path.to_string())).collect(),
        };
        if let (None, SplitMethod::Files { valid, test }) = (self.replaced, &set.split.method) {
            for (part, path) in [(Part::Valid, valid), (Part::Test, test)] {
                named.extend(path.iter().map(|path| (part, path.clone())));
            }
        }
        let mut tables: Vec<Table> = Vec::new();
        let mut first_base: Option<PathBuf> = None;
        // Pictures and sounds lie in files of their own, or would be copied for nothing.
        let in_files = |column: &Column| column.kind.media().is_some() || matches!(column.kind, KindDef::Mask(_));
        let memory = if set.columns.iter().any(in_files) { usize::MAX } else { store::memory() };
        let key = Key::of(set, self.format.missing());
        let mut problems = Vec::new();
        for (part, name) in named {
            let place = if part == Part::Train || self.replaced.is_some() { set.path_span } else { set.split.span };
            let sum = self.format.sha256().filter(|_| part == Part::Train && self.replaced.is_none());
            let files = match self.files(&name, sum, place) {
                Ok(files) => files,
                Err(problem) => {
                    problems.push(*problem);
                    continue;
                }
            };
            for (name, path) in files {
                let source = self.source(&name, &path, place);
                // Of a table that is joined, everything is read.
                let whole_table = !std::ptr::eq(set, &raw const self.pipeline.data[self.data]);
                let read_rows = |column, table: &Table| {
                    (!whole_table).then(|| rows_read(self.pipeline, table, ColumnRef { data: self.data, column }))?
                };
                let (needed, wanted) = (set.of_files(self.needed), set.of_files(self.wanted));
                let whole_rows = set.id.is_none() && self.replaced.is_none();
                // Of `folder` paths begin in the folder, else in that of the table.
                let base = if self.format.is_of_folders() { Some(path.as_path()) } else { path.parent() };
                let base = if is_url(&name) { &self.pipeline.folder } else { base.unwrap_or(Path::new("")) };
                first_base.get_or_insert_with(|| base.to_path_buf());
                let request = Request {
                    set,
                    name: &name,
                    base,
                    needed: &needed,
                    wanted: &wanted,
                    whole: whole_rows,
                    key: key.as_ref().filter(|_| !whole_table),
                    hashed: !self.overrides.unhashed,
                    closed: self.bytes.is_some(),
                    read: &read_rows,
                    // What the files before it leave of it.
                    memory: memory.saturating_sub(tables.iter().map(Table::bytes).sum()),
                };
                let table = source.and_then(|source| formats::read(self.format, source, &request)).and_then(|table| {
                    let beside = self.beside(&name, &table, place)?;
                    Ok(settled(set, table, beside.as_deref().unwrap_or(base), &|_| true))
                });
                match table {
                    Ok(mut table) => {
                        table.files.iter_mut().for_each(|file| file.part = part);
                        tables.push(table);
                    }
                    Err(found) => problems.extend(found),
                }
            }
        }
        let none = tables.is_empty();
        let whole = Table::of_files(tables, memory).map_err(|reason| {
            let message = format!("the files of `{}` are no one table: {reason}", set.name);
            vec![Diagnostic::new(&codes::UNREADABLE_DATA, set.path_span, message).here("these files")]
        });
        match whole {
            Err(found) if problems.is_empty() => Err(found),
            Ok(mut table) if problems.is_empty() && !none => {
                // A key may be made of other columns, and columns of those of a table that is joined.
                make(set, &mut table, self.wanted);
                self.join(&mut table)?;
                make(set, &mut table, self.wanted);
                let made = |column: &Column| matches!(column.origin, Origin::Made(_));
                let mut table = settled(set, table, &first_base.unwrap_or_default(), &made);
                let broken = pictures::look(set, &mut table);
                if broken.is_empty() { Ok(table) } else { Err(broken) }
            }
            _ => Err(problems),
        }
    }

    /// Puts the columns of the tables that are joined beside those of the files.
    fn join(&self, table: &mut Table) -> Result<(), Vec<Diagnostic>> {
        for (index, join) in self.set.joins.iter().enumerate() {
            let of_join = |flags: &[bool]| -> Vec<bool> {
                let mut of_table = vec![false; join.table.columns.len()];
                for (column, flag) in self.set.columns.iter().zip(flags) {
                    if let Origin::Joined { join, column } = column.origin
                        && join == index
                    {
                        of_table[column] = *flag;
                    }
                }
                if of_table.contains(&true) {
                    join.keys.iter().for_each(|key| of_table[key.other] = true);
                }
                join.table.with_sources(of_table)
            };
            let (needed, wanted) = (of_join(self.needed), of_join(self.wanted));
            if !wanted.contains(&true) {
                continue;
            }
            let place = (self.data, index);
            let other = Opening {
                set: &join.table,
                format: self.overrides.joined_formats.get(&place).unwrap_or(&join.table.format),
                replaced: self.overrides.joined.get(&place),
                bytes: None,
                needed: &needed,
                wanted: &wanted,
                ..*self
            };
            let other = other.open()?;
            joined::beside(self.set, index, table, other)?;
        }
        Ok(())
    }

    /// The files that a path names, each with the name that messages call it by; `sum` is what the one file must have.
    fn files(&self, name: &str, sum: Option<&str>, place: Span) -> Result<Vec<(String, PathBuf)>, Box<Diagnostic>> {
        if self.bytes.is_some() {
            return Ok(vec![(name.to_string(), name.into())]);
        }
        let folder = if self.replaced.is_some() { Path::new("") } else { &self.pipeline.folder };
        if self.replaced.is_some() && name == STANDARD_INPUT {
            return Ok(vec![("standard input".into(), name.into())]);
        }
        if is_address(name) {
            return objects_of(name, sum, self.format, place);
        }
        if is_url(name) {
            return pinned::fetched(name, sum, place).map(|path| vec![(name.to_string(), path)]);
        }
        let files = files::expand(folder, name, self.format).map_err(|reason| {
            let message = format!("cannot read `{name}`: {reason}");
            Box::new(Diagnostic::new(&codes::UNREADABLE_DATA, place, message).here("these files"))
        })?;
        if let Some(problem) = sum.and_then(|sum| pinned::problem(name, sum, &files, place)) {
            return Err(Box::new(problem));
        }
        // The one file is called as it is written.
        if files.len() == 1 && files[0] == folder.join(name) {
            return Ok(vec![(name.to_string(), files[0].clone())]);
        }
        let shown = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).display().to_string();
        Ok(files.into_iter().map(|path| (shown(&path), path)).collect())
    }

    /// Where the pictures and sounds lie that a table of an object store names, fetched from beside it; `None` for what names none, and for a folder, which
    /// came as a whole.
    fn beside(&self, name: &str, table: &Table, place: Span) -> Result<Option<PathBuf>, Vec<Diagnostic>> {
        if !is_address(name) || self.format.is_of_folders() {
            return Ok(None);
        }
        let columns = self.set.columns.iter().zip(&table.columns).filter(|(column, _)| column.kind.media().is_some());
        let paths: BTreeSet<&str> = columns.filter_map(|(_, array)| array.as_ref()).flat_map(pictures::paths).collect();
        if paths.is_empty() {
            return Ok(None);
        }
        let said = |trouble: objects::Trouble| vec![*refused(name, "the files that it names", trouble, place)];
        objects::beside(name, &paths).map(Some).map_err(said)
    }

    fn source(&self, name: &str, path: &Path, place: Span) -> Result<Source, Vec<Diagnostic>> {
        let stream = self.replaced.is_some() && path == Path::new(STANDARD_INPUT);
        let opened = match self.bytes {
            Some(bytes) => Ok(Source::at_hand(bytes.clone())),
            None if stream => Source::standard_input(),
            None => Source::open(path),
        };
        opened.map(|source| source.called(name)).map_err(|reason| {
            // Where it was looked for and what may have been meant have places of their own.
            let missing = !stream && self.bytes.is_none() && !path.exists();
            let reason = match (missing, self.format.is_of_folders()) {
                (true, true) => "there is no such folder",
                (true, false) => "there is no such file",
                (false, _) => reason.as_str(),
            };
            let mut diagnostic =
                Diagnostic::new(&codes::UNREADABLE_DATA, place, format!("cannot read `{name}`: {reason}"))
                    .here("this file");
            if missing {
                let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
                diagnostic = diagnostic.note(format!("looked for it at `{}`", full.display()));
                if let Some(near) = near(path, &DiskLoader::default()) {
                    // As the spec would name it.
                    let near = near.strip_prefix(&self.pipeline.folder).unwrap_or(&near);
                    diagnostic = diagnostic.help(format!("did you mean `{}`?", near.display()));
                }
            }
            vec![diagnostic]
        })
    }
}

/// The files of an address in an object store; of one whose hash the spec says, the store is not asked if it lies in the cache.
fn objects_of(
    address: &str,
    sum: Option<&str>,
    format: &FormatDef,
    place: Span,
) -> Result<Vec<(String, PathBuf)>, Box<Diagnostic>> {
    let pinned = sum.and_then(|sum| Some((sum, Fetching::of_environment().ok()?)));
    if let Some(path) = pinned.as_ref().and_then(|(sum, fetching)| fetching.found(address, sum)) {
        return Ok(vec![(address.to_string(), path)]);
    }
    let files = objects::files(address, format).map_err(|trouble| refused(address, "these objects", trouble, place))?;
    let paths: Vec<PathBuf> = files.iter().map(|(_, path)| path.clone()).collect();
    if let Some(problem) = sum.and_then(|sum| pinned::problem(address, sum, &paths, place)) {
        return Err(Box::new(problem));
    }
    pinned.into_iter().for_each(|(sum, fetching)| fetching.keep(&paths[0], sum));
    Ok(files)
}

fn refused(address: &str, what: &str, trouble: objects::Trouble, place: Span) -> Box<Diagnostic> {
    let message = format!("cannot read `{address}`: {}", trouble.why);
    let diagnostic = Diagnostic::new(&codes::UNREADABLE_DATA, place, message).here(what);
    Box::new(match trouble.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    })
}

/// A table some of whose columns of pictures and sounds know where their paths begin.
fn settled(set: &DataSet, mut table: Table, base: &Path, which: &dyn Fn(&Column) -> bool) -> Table {
    for (column, array) in set.columns.iter().zip(&mut table.columns).filter(|(column, _)| which(column)) {
        if let (Some(_), Some(array)) = (column.kind.media(), array.as_mut()) {
            *array = pictures::settle(array, base);
        }
    }
    table
}

/// The classes that the files of a data set hold in one of its columns; `None` if they cannot be read.
pub fn classes_in(set: &DataSet, column: usize, folder: &Path) -> Option<Vec<String>> {
    let only = set.with_sources((0..set.columns.len()).map(|other| other == column).collect());
    if set.columns.iter().zip(&only).any(|(column, only)| *only && matches!(column.origin, Origin::Joined { .. })) {
        return None;
    }
    let of_files = set.of_files(&only);
    let half = kinds::half(&set.columns[column].kind);
    let mut seen = BTreeSet::new();
    let paths = set.format.paths().into_iter().map(|path| match set.format.sha256().filter(|_| is_url(path)) {
        // Nothing is fetched for what may be said more of.
        _ if is_address(path) => None,
        Some(sum) => Fetching::of_environment().ok().map(|fetching| fetching.found(path, sum).into_iter().collect()),
        None => files::expand(folder, path, &set.format).ok(),
    });
    for path in paths.collect::<Option<Vec<_>>>()?.into_iter().flatten() {
        let (source, name) = (Source::open(&path).ok()?, path.to_string_lossy());
        let (needed, wanted) = (&of_files, &of_files);
        let (base, memory) = (path.parent().unwrap_or(Path::new("")), store::memory());
        let request = Request {
            set,
            name: &name,
            base,
            needed,
            wanted,
            whole: false,
            key: None,
            hashed: false,
            closed: false,
            read: &|_, _| None,
            memory,
        };
        let mut table = formats::read(&set.format, source, &request).ok()?;
        make(set, &mut table, &only);
        half.classes_seen(table.column(column)?, &mut (0..table.rows), &mut seen);
    }
    (!seen.is_empty()).then(|| kinds::sort_classes(seen))
}
