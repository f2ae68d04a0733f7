//! Data: files to columns, splits, fitted steps, batches, and what is said of bad input.

mod annotations;
mod arrays;
mod augment;
mod axes;
mod bad_input;
mod batches;
mod boxes;
mod cells;
mod chunks;
mod codes;
mod conll;
pub mod command;
mod copies;
mod drawn;
mod expressions;
mod fetch;
mod folds;
pub mod formats;
mod init;
mod init_cells;
mod init_tables;
mod instances;
mod lacking;
mod newcomer;
mod numbers;
mod sample;
mod show;
mod skipped;
mod smoke;
pub mod sounds;
mod speed;
mod split;
mod steps;
mod texts;
mod tracks;
mod typed;
mod videos;
mod wholes;

use std::path::Path;

use mtlc::check::{self, Options};
use mtlc::data::{self, Need, Overrides, Parts, Prepared, Tables};
use mtlc::diag::{Diagnostic, Sink};
use mtlc::pipeline::Pipeline;
use mtlc::source::{DiskLoader, Sources};

pub use crate::support::Folder;

/// A spec without errors, checked as if it lay in a folder.
pub fn pipeline_in(folder: &Path, spec: &str) -> (Pipeline, Sources) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let path = folder.join("spec.mtl");
    let file = sources.add("spec.mtl", Some(&path), spec);
    let checked = check::check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
    let problems = sink.finish();
    assert!(!problems.iter().any(Diagnostic::is_error), "the spec has errors: {problems:#?}");
    (checked.into_pipeline().expect("a pipeline"), sources)
}

/// Everything read, cut and prepared; or the problems.
pub struct Opened {
    pub pipeline: Pipeline,
    pub tables: Tables,
    pub parts: Parts,
    pub prepared: Prepared,
}

pub fn try_open(folder: &Folder, spec: &str) -> Result<Opened, Vec<Diagnostic>> {
    let (pipeline, _) = pipeline_in(&folder.0, spec);
    let tables = data::open(&pipeline, &Overrides::default(), Need::Everything)?;
    let parts = data::split(&pipeline, &tables, None)?;
    let prepared = Prepared::fit(&pipeline, &tables, parts.clone())?;
    Ok(Opened { pipeline, tables, parts, prepared })
}

pub fn open(folder: &Folder, spec: &str) -> Opened {
    try_open(folder, spec).unwrap_or_else(|problems| panic!("the data has problems: {problems:#?}"))
}

/// What is said of a spec and a table `d.csv`: codes and messages, findings of `check --data` included.
pub fn said(spec: &str, files: &[(&str, &[u8])]) -> Vec<(String, String)> {
    let folder = Folder::new();
    for (name, content) in files {
        folder.write(name, content);
    }
    let (pipeline, _) = pipeline_in(&folder.0, spec);
    let mut found = Vec::new();
    let mut all = || -> Result<(), Vec<Diagnostic>> {
        let tables = data::open(&pipeline, &Overrides::default(), Need::Everything)?;
        let parts = data::split(&pipeline, &tables, None)?;
        found.extend(data::inspect(&pipeline, &tables, &parts));
        let prepared = Prepared::fit(&pipeline, &tables, parts)?;
        found.extend(data::outlook(&pipeline, &prepared));
        Ok(())
    };
    if let Err(problems) = all() {
        found.extend(problems);
    }
    found
        .into_iter()
        .map(|problem| {
            let mut text = problem.message.clone();
            problem.notes.iter().for_each(|note| text += &format!("\nnote: {note}"));
            problem.help.iter().for_each(|help| text += &format!("\nhelp: {help}"));
            (problem.code.name.to_string(), text)
        })
        .collect()
}

/// A regression of `y` on `x`, with what is written after the path, in the split and in the columns.
pub fn simple(arguments: &str, split: &str, columns: &str) -> String {
    let split = if split.is_empty() { String::new() } else { format!("  split {{ {split} }}\n") };
    format!(
        "use std.tasks.{{regression}}\n\ndata d: csv(\"d.csv\"{arguments}) {{\n{split}  columns {{ {columns} }}\n}}\n\n\
         input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
    )
}
