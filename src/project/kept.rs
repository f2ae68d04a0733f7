//! A finished run, opened again: its spec and its preprocessing, on its own data or on other files. Its model is [another matter](super::model).

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::{NoRun, RunDirectory};
use super::manifest::Manifest;
use super::others::{self, NotOthers};
use super::pack::NotOpened;
use super::saved::{self, NotSaved};
use super::spec::Spec;
use crate::data::{self, Fitted, Learnt, Need, Overrides, Parts, RowSet, Tables};
use crate::diag::Diagnostic;
use crate::pipeline::Part;
use crate::pipeline::Pipeline;
use crate::score::judge::Thresholds;

/// A run that has a model.
pub struct Kept {
    pub run: RunDirectory,
    pub manifest: Manifest,
    pub spec: Spec,
    pub pipeline: Pipeline,
    pub fitted: Arc<Learnt>,
}

/// Why a run cannot be asked.
#[derive(Debug)]
pub enum NotKept {
    NoRun(NoRun),
    /// It was interrupted before it had a model.
    NoModel(PathBuf),
    NotSaved(NotSaved),
}

/// What is no longer what a run was trained on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed<'t> {
    /// What a file holds, or what the files hold that a column names.
    Content(&'t str),
    /// How many files a column names: `39 files`, and 40 before.
    Number { of: &'t str, now: &'t str, then: String },
}

/// Rows of a data set that cannot be read any more or for the first time: they are left out, and those that are left are counted
/// anew.
pub struct LeftOut<'a> {
    pub data: &'a str,
    pub rows: usize,
    /// What is broken of them: "pictures".
    pub what: &'static str,
    /// The first of them, and why.
    pub first: &'a str,
}

impl Kept {
    /// # Errors
    /// If the folder holds no finished run.
    pub fn open(folder: &Path) -> Result<Self, NotKept> {
        let (run, manifest) = RunDirectory::open(folder)?;
        if !run.model().exists() {
            if let Some(pack) = &run.pack {
                return Err(NoRun::from(NotOpened::damaged(pack, "it has no model")).into());
            }
            return Err(NotKept::NoModel(folder.to_path_buf()));
        }
        Self::of(run, manifest)
    }

    /// The same for who asks no model: it need not be there.
    ///
    /// # Errors
    /// If the folder holds no run.
    pub fn open_without_model(folder: &Path) -> Result<Self, NotKept> {
        let (run, manifest) = RunDirectory::open(folder)?;
        Self::of(run, manifest)
    }

    fn of(run: RunDirectory, manifest: Manifest) -> Result<Self, NotKept> {
        let (spec, mut pipeline) = saved::load(&run, &manifest).map_err(NotKept::NotSaved)?;
        if let Some(task) =
            manifest.alone.as_ref().and_then(|of| pipeline.tasks.iter().position(|task| task.name == *of))
        {
            pipeline = pipeline.alone(task);
        }
        pipeline.train.seed = manifest.seed;
        pipeline.train.epochs = manifest.epochs;
        let fitted = run.read::<Fitted>("preprocessing.json")?.into();
        if run.file(Thresholds::FILE).exists() {
            run.read::<Thresholds>(Thresholds::FILE)?.put_into(&mut pipeline);
        }
        Ok(Self { run, manifest, spec, pipeline, fitted })
    }

    /// Other files in the place of the run's own.
    ///
    /// # Errors
    /// As [`others::overrides`].
    pub fn overrides(&self, files: &[String], written: &[String]) -> Result<Overrides, NotOthers> {
        others::overrides(&self.pipeline, self.manifest.split_seed, files, written)
    }

    /// The run's own data, split as it was, or the given files with all their rows in test.
    ///
    /// # Errors
    /// Everything that is wrong with the data.
    pub fn tables(&self, overrides: &Overrides, need: Need) -> Result<(Tables, Parts), Vec<Diagnostic>> {
        let tables = data::open(&self.pipeline, overrides, need)?;
        if overrides.own_rows() {
            let parts = data::split(&self.pipeline, &tables, overrides.split_seed)?;
            return Ok((tables, parts));
        }
        // Of a data set that no file was given for, nothing was asked.
        let mut parts = Parts::all_in(Part::Test, &tables);
        for (data, rows) in parts.0.iter_mut().enumerate() {
            if !overrides.stands_in(data) {
                rows.test = RowSet::default();
            }
        }
        Ok((tables, parts))
    }

    /// What of the rows is left out, by data set.
    pub fn left_out<'a>(&'a self, tables: &'a Tables) -> impl Iterator<Item = LeftOut<'a>> {
        self.pipeline.data.iter().zip(&tables.sets).filter_map(|(set, table)| {
            let first = table.left_out.first()?;
            Some(LeftOut {
                data: &set.name,
                rows: table.left_out.len(),
                what: data::pictures::left_out_for(set),
                first,
            })
        })
    }

    /// A file of the run's own data that is no longer what it was: then its parts hold other rows than those that were trained on. Where
    /// other tables are joined, their files are none of its own.
    pub fn changed_data<'t>(&self, tables: &'t Tables, overrides: &Overrides) -> Option<Changed<'t>> {
        let own = overrides.joined.is_empty();
        let others = |table: &'t data::Table| table.joined.iter().chain(&table.media).filter(move |_| own);
        let mut files = tables.sets.iter().flat_map(|table| table.files.iter().chain(others(table)));
        let changed = files.find(|file| self.manifest.data.get(&file.name) != Some(&file.sha256))?;
        Some(Changed::of(&changed.name, self.manifest.data.keys()))
    }
}

impl<'t> Changed<'t> {
    /// Of a file that was not read for the training; `then` are those that were.
    fn of<'k>(name: &'t str, then: impl Iterator<Item = &'k String>) -> Self {
        let counted = |name: &'t str| {
            let (files, of) = name.split_once(" of ")?;
            (files.ends_with(" file") || files.ends_with(" files")).then_some((files, of))
        };
        let Some((now, of)) = counted(name) else { return Changed::Content(name) };
        let mut before = then.filter_map(|then| then.strip_suffix(of)?.strip_suffix(" of "));
        match before.find(|files| files.ends_with(" file") || files.ends_with(" files")) {
            Some(then) if then != now => {
                let then = then.split(' ').next().unwrap_or_default().to_string();
                Changed::Number { of, now, then }
            }
            _ => Changed::Content(name),
        }
    }
}

impl fmt::Display for Changed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Changed::Content(name) => write!(f, "`{name}` changed after the run was trained"),
            Changed::Number { of, now, then } => {
                write!(f, "`{of}` has {now}, and had {then} when the run was trained")
            }
        }
    }
}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotKept::NoRun(no_run) => no_run.fmt(f),
            NotKept::NoModel(folder) => write!(f, "`{}` has no trained model", folder.display()),
            NotKept::NotSaved(not_saved) => not_saved.fmt(f),
        }
    }
}

impl From<NoRun> for NotKept {
    fn from(no_run: NoRun) -> Self {
        NotKept::NoRun(no_run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_fewer_are_said_to_be_fewer() {
        let then = ["40 files of s.photo", "s.csv", "3 files of s.mask.photo"].map(String::from);
        let said = |name: &'static str| Changed::of(name, then.iter()).to_string();
        assert_eq!(said("39 files of s.photo"), "`s.photo` has 39 files, and had 40 when the run was trained");
        for name in ["40 files of s.photo", "s.csv", "2 files of other.photo"] {
            assert_eq!(said(name), format!("`{name}` changed after the run was trained"));
        }
    }
}
