//! Other files than those that a run was made of: which they are, and how they are written.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::catalog::formats::{self, FormatDef};
use crate::check::{self, Options};
use crate::data::{Overrides, STANDARD_INPUT};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::Pipeline;
use crate::source::{DiskLoader, Sources};

/// Why what a person has written does not say which files, or how they are written.
#[derive(Debug)]
pub enum NotOthers {
    /// Standard input is one file, and was named twice.
    StreamTwice,
    /// There are these data sets, and it is for none of them.
    OfNoDataSet {
        written: String,
        wants: Wants,
        names: Vec<String>,
    },
    /// How files of a data set are written, of which none is named.
    FormatOfNothing {
        data: String,
    },
    Format {
        option: &'static str,
        written: String,
        wrong: NotAFormat,
    },
}

/// What was to follow the name of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    File,
    Format,
}

/// What is wrong with a format.
#[derive(Debug)]
pub enum NotAFormat {
    /// A `)` is missing at its end.
    Open,
    /// What the check says of it.
    Problem(Box<Diagnostic>),
    /// Something that is no format.
    Other,
}

/// The files that are named in the place of the spec's own, by data set (`FILE` alone if there is one data set, else `NAME=FILE`), and
/// their formats.
///
/// # Errors
/// If a name is no data set, a name is needed, or a format is none.
pub fn overrides(
    pipeline: &Pipeline,
    split_seed: Option<u64>,
    files: &[String],
    written: &[String],
) -> Result<Overrides, NotOthers> {
    let mut overrides = Overrides { split_seed, ..Overrides::default() };
    let mut streams = 0;
    for argument in files {
        let (index, path) = of_data_set(pipeline, argument, Wants::File)?;
        streams += usize::from(path == STANDARD_INPUT);
        overrides.files.entry(index).or_default().push(PathBuf::from(path));
    }
    if streams > 1 {
        return Err(NotOthers::StreamTwice);
    }
    for argument in written {
        let (index, format) = of_data_set(pipeline, argument, Wants::Format)?;
        let set = &pipeline.data[index];
        if !overrides.files.contains_key(&index) {
            return Err(NotOthers::FormatOfNothing { data: set.name.clone() });
        }
        overrides.formats.insert(index, format_of("--format", format, &set.format)?);
    }
    Ok(overrides)
}

/// The data set that an argument is for, and the rest of it. The path of a file that is there has no name in front, whatever it
/// looks like.
fn of_data_set<'a>(pipeline: &Pipeline, argument: &'a str, wants: Wants) -> Result<(usize, &'a str), NotOthers> {
    let names: Vec<&str> = pipeline.data.iter().map(|set| set.name.as_str()).collect();
    let named =
        argument.split_once('=').and_then(|(name, rest)| Some((names.iter().position(|other| *other == name)?, rest)));
    let whole = || wants == Wants::File && Path::new(argument).exists();
    match (named, names.len()) {
        (None, 1) => Ok((0, argument)),
        (Some(_), 1) if whole() => Ok((0, argument)),
        (Some(named), _) => Ok(named),
        (None, _) => {
            let names = names.into_iter().map(str::to_string).collect();
            Err(NotOthers::OfNoDataSet { written: argument.to_string(), wants, names })
        }
    }
}

/// The format that a person has written without a path: `tsv`, `csv(delimiter: ";")`. What it does not say is as the
/// spec has it, if that has the same format.
///
/// # Errors
/// If it is none, with the option that it was written for.
pub fn format_of(option: &'static str, written: &str, own: &FormatDef) -> Result<FormatDef, NotOthers> {
    read_format(written, own).map_err(|wrong| NotOthers::Format { option, written: written.to_string(), wrong })
}

fn read_format(written: &str, own: &FormatDef) -> Result<FormatDef, NotAFormat> {
    let written = written.trim();
    let (name, arguments) = match written.split_once('(') {
        Some((name, rest)) => match rest.trim_end().strip_suffix(')') {
            Some(arguments) => (name.trim(), arguments.trim()),
            None => return Err(NotAFormat::Open),
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
    let mut problems = sink.finish();
    if let Some(first) = problems.iter().position(Diagnostic::is_error) {
        return Err(NotAFormat::Problem(Box::new(problems.swap_remove(first))));
    }
    let pipeline = checked.into_pipeline().ok_or(NotAFormat::Other)?;
    let given = &pipeline.data[0].format;
    if given.name() != own.name() {
        return Ok(given.clone());
    }
    let said = |parameter: &str| {
        let path = format!("d.{parameter}");
        pipeline.settings.iter().any(|setting| setting.path == path && !setting.is_default)
    };
    let mut args = own.to_args();
    for ((parameter, value), (_, new)) in args.values.iter_mut().zip(given.to_args().values) {
        if said(parameter) {
            *value = new;
        }
    }
    let entry = formats::ENTRIES.iter().find(|entry| entry.name == given.name());
    entry.and_then(|entry| (entry.from_args)(&args)).ok_or(NotAFormat::Other)
}

impl fmt::Display for NotOthers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotOthers::StreamTwice => f.write_str("standard input is one file, and `--data` names it twice"),
            NotOthers::OfNoDataSet { written, .. } => {
                write!(f, "the run has several data sets, and `{written}` does not say which it is for")
            }
            NotOthers::FormatOfNothing { data } => {
                write!(f, "`--format` says how files of `{data}` are written, and `--data` names none")
            }
            NotOthers::Format { option, written, wrong } => {
                write!(f, "`{option} {written}`: ")?;
                match wrong {
                    NotAFormat::Open => f.write_str("a `)` is missing at its end"),
                    NotAFormat::Problem(problem) => f.write_str(&problem.message),
                    NotAFormat::Other => f.write_str("it is no format"),
                }
            }
        }
    }
}
