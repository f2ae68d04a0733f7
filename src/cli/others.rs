//! Other files than those that a run was made of: which they are, and how they are written.

use std::path::{Path, PathBuf};

use clap::Args;

use super::kept::Kept;
use super::output::complain;
use super::stopped::Stopped;
use crate::catalog::formats::{self, FormatDef};
use crate::catalog::written;
use crate::check::{self, Options};
use crate::data::{Overrides, STANDARD_INPUT};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::DataSet;
use crate::pipeline::Pipeline;
use crate::source::{DiskLoader, Sources};

#[derive(Args, Clone, Debug, Default)]
pub struct Others {
    /// Rows to read instead of the run's own: a file, a folder, a pattern in quotes, or - for standard input; given again,
    /// more of one table (NAME=FILE if the run has several data sets)
    #[arg(long, value_name = "FILE")]
    pub data: Vec<String>,
    /// How these files are written, where it is not as the spec says: --format 'csv(delimiter: ";", decimal: ",")'
    #[arg(long, value_name = "FORMAT", requires = "data")]
    pub format: Vec<String>,
}

impl Kept {
    /// The files that `--data` names, by data set (`FILE` alone if there is one data set, else `NAME=FILE`), and their
    /// formats.
    ///
    /// # Errors
    /// If a name is no data set, a name is needed, or a format is none.
    pub fn overrides(&self, others: &Others) -> Result<Overrides, Stopped> {
        let mut overrides = Overrides { split_seed: self.manifest.split_seed, ..Overrides::default() };
        let mut streams = 0;
        for argument in &others.data {
            let (index, path) = self.of_data_set(argument, "FILE", &|path| Path::new(path).exists())?;
            streams += usize::from(path == STANDARD_INPUT);
            overrides.files.entry(index).or_default().push(PathBuf::from(path));
        }
        if streams > 1 {
            let message = "standard input is one file, and `--data` names it twice".to_string();
            return Err(Stopped::Message(message, None));
        }
        for argument in &others.format {
            let (index, format) = self.of_data_set(argument, "FORMAT", &|_| false)?;
            let set = &self.pipeline.data[index];
            if overrides.files.contains_key(&index) {
                overrides.formats.insert(index, format_of(format, set)?);
            } else {
                let message =
                    format!("`--format` says how files of `{}` are written, and `--data` names none", set.name);
                return Err(Stopped::Message(message, None));
            }
        }
        Ok(overrides)
    }

    /// The data set that an argument is for, and the rest of it. `whole` tells an argument that has no name in front,
    /// whatever it looks like.
    fn of_data_set<'a>(
        &self,
        argument: &'a str,
        what: &str,
        whole: &dyn Fn(&str) -> bool,
    ) -> Result<(usize, &'a str), Stopped> {
        let names: Vec<&str> = self.pipeline.data.iter().map(|set| set.name.as_str()).collect();
        let named = argument
            .split_once('=')
            .and_then(|(name, rest)| Some((names.iter().position(|other| *other == name)?, rest)));
        match (named, names.len()) {
            (None, 1) => Ok((0, argument)),
            (Some(_), 1) if whole(argument) => Ok((0, argument)),
            (Some(named), _) => Ok(named),
            (None, _) => {
                let help = format!("write NAME={what}; the data sets are {}", names.join(", "));
                let message = format!("the run has several data sets, and `{argument}` does not say which it is for");
                Err(Stopped::Message(message, Some(help)))
            }
        }
    }
}

/// The format that a person has written without a path: `tsv`, `csv(delimiter: ";")`. What it does not say is as the
/// spec has it, if that has the same format.
fn format_of(written: &str, own: &DataSet) -> Result<FormatDef, Stopped> {
    let example = "write it as in a spec, without the path: --format 'csv(delimiter: \";\")'";
    let wrong = |why: &str, help: Option<String>| {
        Stopped::Message(format!("`--format {written}`: {why}"), Some(help.unwrap_or_else(|| example.into())))
    };
    let written = written.trim();
    let (name, arguments) = match written.split_once('(') {
        Some((name, rest)) => match rest.trim_end().strip_suffix(')') {
            Some(arguments) => (name.trim(), arguments.trim()),
            None => return Err(wrong("a `)` is missing at its end", None)),
        },
        None => (written, ""),
    };
    let comma = if arguments.is_empty() { "" } else { ", " };
    // The smallest spec around it: the checker knows everything that can be wrong with a format.
    let text = format!(
        "use std.tasks.{{regression}}\ndata d: {name}(\"d\"{comma}{arguments}) {{ columns {{ x: number, y: number }} }}\n\
         input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
    );
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add("--format", None, text);
    let checked = check::check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
    let problems = sink.finish();
    if let Some(problem) = problems.iter().find(|problem: &&Diagnostic| problem.is_error()) {
        let known = problem.notes.iter().find(|note| note.starts_with("known: ")).cloned();
        return Err(wrong(&problem.message, problem.help.clone().or(known)));
    }
    let pipeline = checked.into_pipeline().ok_or_else(|| wrong("it is no format", None))?;
    let given = &pipeline.data[0].format;
    if given.name() != own.format.name() {
        return Ok(given.clone());
    }
    let said = |parameter: &str| {
        let path = format!("d.{parameter}");
        pipeline.settings.iter().any(|setting| setting.path == path && !setting.is_default)
    };
    let mut args = own.format.to_args();
    for ((parameter, value), (_, new)) in args.values.iter_mut().zip(given.to_args().values) {
        if said(parameter) {
            *value = new;
        }
    }
    let entry = formats::ENTRIES.iter().find(|entry| entry.name == given.name());
    entry.and_then(|entry| (entry.from_args)(&args)).ok_or_else(|| wrong("it is no format", None))
}

/// After what is wrong with other files: how they were read, and how to say that they are written otherwise.
pub fn explain(overrides: &Overrides, pipeline: &Pipeline) {
    for data in overrides.files.keys() {
        let set = &pipeline.data[*data];
        let (format, whose) = match overrides.formats.get(data) {
            Some(format) => (format, "as `--format` says"),
            None => (&set.format, "as the spec of the run says"),
        };
        let example = "; files that are written otherwise: --format 'csv(delimiter: \";\")'";
        complain(&format!("  The files of `{}` were read {whose}: {}{example}", set.name, shown(format)));
    }
}

/// A format as it is written, without the path and what is usual.
fn shown(format: &FormatDef) -> String {
    written(format.name(), format.unusual().iter().filter(|(name, _)| *name != "path"))
}
