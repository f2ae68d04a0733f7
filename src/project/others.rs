//! Other files than those that a run was made of: which they are, and how they are written.

use std::fmt;
use std::path::PathBuf;

use crate::catalog::formats::{self, FormatDef};
use crate::check::{self, Options};
use crate::data::{Overrides, STANDARD_INPUT, files};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::{DataSet, Origin, Pipeline, SplitMethod};
use crate::source::{DiskLoader, Sources};

/// A table of files: that of a data set, or one that it joins, by its place among those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    data: usize,
    join: Option<usize>,
}

/// Why what a person has written does not say which files, or how they are written.
#[derive(Debug)]
pub enum NotOthers {
    /// Standard input is one file, and was named twice.
    StreamTwice,
    /// There are these tables, and it does not say which of them it is for.
    OfNoTable {
        written: String,
        wants: Wants,
        names: Vec<String>,
    },
    /// There are these tables, and none is called so.
    NoTable {
        written: String,
        wants: Wants,
        name: String,
        names: Vec<String>,
    },
    /// Tables of this name are joined to several data sets.
    Several {
        name: String,
        names: Vec<String>,
    },
    /// How files of a table are written, of which none is named.
    FormatOfNothing {
        table: String,
    },
    /// Another table is joined to the run's own rows, which are split by a column of it.
    SplitByIt {
        table: String,
        column: String,
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

/// The files that are named in the place of the spec's own, by data set (`FILE` alone if there is one data set, else `NAME=FILE`) or by a
/// table that is joined to one (`NAME=FILE`, `DATA.NAME=FILE`), and their formats.
///
/// # Errors
/// If a name is of no table, a name is needed, or a format is none.
pub fn overrides(
    pipeline: &Pipeline,
    split_seed: Option<u64>,
    files: &[String],
    written: &[String],
) -> Result<Overrides, NotOthers> {
    let mut overrides = Overrides { split_seed, ..Overrides::default() };
    let mut streams = 0;
    for argument in files {
        let (named, path) = of_table(pipeline, argument, Wants::File)?;
        streams += usize::from(path == STANDARD_INPUT);
        let paths = match named.join {
            Some(join) => overrides.joined.entry((named.data, join)).or_default(),
            None => overrides.files.entry(named.data).or_default(),
        };
        paths.push(PathBuf::from(path));
    }
    if streams > 1 {
        return Err(NotOthers::StreamTwice);
    }
    for argument in written {
        let (named, format) = of_table(pipeline, argument, Wants::Format)?;
        let set = &pipeline.data[named.data];
        let (own, given) = match named.join {
            Some(join) => (&set.joins[join].table.format, overrides.joined.contains_key(&(named.data, join))),
            None => (&set.format, overrides.files.contains_key(&named.data)),
        };
        if !given {
            return Err(NotOthers::FormatOfNothing { table: name_of(pipeline, named) });
        }
        let format = format_of("--format", format, own)?;
        match named.join {
            Some(join) => overrides.joined_formats.insert((named.data, join), format),
            None => overrides.formats.insert(named.data, format),
        };
    }
    for (data, paths) in &overrides.files {
        let own = &pipeline.data[*data].format;
        if let (false, Some(told)) = (overrides.formats.contains_key(data), formats::told_by_endings(own, paths)) {
            overrides.formats.insert(*data, format_of("--data", told, own)?);
        }
    }
    for (joined, paths) in &overrides.joined {
        let own = &pipeline.data[joined.0].joins[joined.1].table.format;
        if let (false, Some(told)) =
            (overrides.joined_formats.contains_key(joined), formats::told_by_endings(own, paths))
        {
            overrides.joined_formats.insert(*joined, format_of("--data", told, own)?);
        }
    }
    split_by_others(pipeline, &overrides).map_or(Ok(overrides), Err)
}

/// The table that an argument is for, and the rest of it. The path of a file that is there has no name in front, whatever it
/// looks like.
fn of_table<'a>(pipeline: &Pipeline, argument: &'a str, wants: Wants) -> Result<(Named, &'a str), NotOthers> {
    let only = (pipeline.data.len() == 1).then_some(Named { data: 0, join: None });
    let written = argument.split_once('=').filter(|(name, _)| is_name(name.trim()));
    let whole = || match only {
        Some(only) if wants == Wants::File => files::are_there(argument, &pipeline.data[only.data].format),
        _ => false,
    };
    let tables = tables(pipeline);
    let names = |tables: &[Named]| tables.iter().map(|named| name_of(pipeline, *named)).collect();
    let Some((name, rest)) = written.map(|(name, rest)| (name.trim(), rest)).filter(|_| !whole()) else {
        let nothing = || NotOthers::OfNoTable { written: argument.to_string(), wants, names: names(&tables) };
        return only.map(|only| (only, argument)).ok_or_else(nothing);
    };
    let called: Vec<Named> = tables.iter().copied().filter(|named| name_of(pipeline, *named) == name).collect();
    // A table that is joined may stand without its data set, if there is one of that name.
    let joined =
        |named: &Named| named.join.is_some_and(|join| pipeline.data[named.data].joins[join].table.name == name);
    let called = if called.is_empty() { tables.iter().copied().filter(joined).collect() } else { called };
    match called.as_slice() {
        [one] => Ok((*one, rest)),
        [] => Err(NotOthers::NoTable {
            written: argument.to_string(),
            wants,
            name: name.to_string(),
            names: names(&tables),
        }),
        several => Err(NotOthers::Several { name: name.to_string(), names: names(several) }),
    }
}

/// The tables that files can be named for.
fn tables(pipeline: &Pipeline) -> Vec<Named> {
    let of_data = |(data, set): (usize, &DataSet)| {
        let joined = (0..set.joins.len()).map(move |join| Named { data, join: Some(join) });
        std::iter::once(Named { data, join: None }).chain(joined).collect::<Vec<_>>()
    };
    pipeline.data.iter().enumerate().flat_map(of_data).collect()
}

fn name_of(pipeline: &Pipeline, named: Named) -> String {
    let set = &pipeline.data[named.data];
    named.join.map_or(set.name.clone(), |join| format!("{}.{}", set.name, set.joins[join].table.name))
}

/// A problem if the spec's own rows would fall into other parts than they do.
fn split_by_others(pipeline: &Pipeline, overrides: &Overrides) -> Option<NotOthers> {
    overrides.joined.keys().filter(|(data, _)| !overrides.files.contains_key(data)).find_map(|(data, other)| {
        let set = &pipeline.data[*data];
        let columns = match &set.split.method {
            SplitMethod::Shares { stratify, group, time, .. } => vec![*stratify, *group, *time],
            SplitMethod::Column { column, .. } => vec![Some(*column)],
            SplitMethod::Files { .. } => Vec::new(),
        };
        let mut behind = set.behind(columns.into_iter().flatten()).into_iter();
        let of_it =
            |column: &usize| matches!(set.columns[*column].origin, Origin::Joined { join, .. } if join == *other);
        let column = behind.find(of_it)?;
        let table = name_of(pipeline, Named { data: *data, join: Some(*other) });
        Some(NotOthers::SplitByIt { table, column: set.columns[column].name.clone(), data: set.name.clone() })
    })
}

/// Whether it may be the name of a table: `orders`, `orders.customers`.
fn is_name(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    text.split('.').all(part)
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
            NotOthers::OfNoTable { written, .. } => {
                write!(f, "the run has several data sets, and `{written}` does not say which it is for")
            }
            NotOthers::NoTable { written, wants, name, .. } => {
                write!(f, "the run has no data set `{name}`")?;
                if *wants == Wants::File { write!(f, ", and there is no file `{written}`") } else { Ok(()) }
            }
            NotOthers::Several { name, .. } => write!(f, "several data sets join a table `{name}`"),
            NotOthers::FormatOfNothing { table } => {
                write!(f, "`--format` says how files of `{table}` are written, and `--data` names none")
            }
            NotOthers::SplitByIt { table, column, data } => {
                write!(
                    f,
                    "the rows of `{data}` are split by `{column}`: with another `{table}` they would fall into other parts"
                )
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
