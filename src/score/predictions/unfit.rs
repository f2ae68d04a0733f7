//! Why a file of predictions cannot be judged, and what to do about it.

use std::fmt;

use crate::diag::Diagnostic;
use crate::pipeline::Part;

/// Why nothing can be judged.
#[derive(Debug)]
pub enum Unfit {
    /// The file cannot be read, or cells of it.
    Unreadable(Vec<Diagnostic>),
    /// It has no rows.
    Empty { file: String },
    /// It answers no task: why each is not judged, and the columns that it has.
    NoTask { file: String, tasks: Vec<(String, String)>, header: Vec<String> },
    /// A cell says no prediction.
    Cell { place: String, column: String, why: String },
    /// Rows of the file and of the data do not go together.
    Unpaired { file: String, why: Box<Unpaired> },
}

/// Why rows of the file and of the data do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpaired {
    /// A row names a data set that there is not.
    OfNoDataSet { place: String, column: String, name: String, known: Vec<String> },
    /// There are several data sets, and nothing says which rows are of which.
    DataSetsUnsaid { column: String, known: Vec<String> },
    /// Some ids are of no row.
    Unknown { place: String, what: String, data: String, more: Vec<String>, count: usize, close: Option<String> },
    /// Two rows answer for one.
    Twice { place: String, first: String, what: String },
    /// A number of a row that there is not.
    NoRow { place: String, column: String, given: String, data: String, rows: usize },
    /// Nothing tells the rows apart, and it is not said which rows these are in order.
    OrderOfWhat { key: String, rows: usize, sizes: [(Part, usize); 3] },
    /// In order, there are not as many rows as there should be.
    OtherCount { key: String, rows: usize, wanted: usize, parts: Vec<Part>, sizes: [(Part, usize); 3] },
    /// Rows of a part have no answer.
    Unanswered { data: String, part: Part, missing: usize, wanted: usize, examples: Vec<String> },
}

impl Unpaired {
    /// So many places are named.
    pub(super) const SHOWN: usize = 5;
}

impl Unfit {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            // What is wrong with each is said there.
            Unfit::Unreadable(_) | Unfit::NoTask { .. } => return None,
            Unfit::Empty { .. } => "write a row for each row of the data, below the names of the columns".into(),
            Unfit::Cell { .. } => "correct the cell, or leave the column out: what needs it is then not judged".into(),
            Unfit::Unpaired { why, .. } => match why.as_ref() {
                Unpaired::OfNoDataSet { column, known, .. } => {
                    format!("`{column}` names the data set of each row: {}", listed(known))
                }
                Unpaired::DataSetsUnsaid { column, known } => {
                    format!("add a column `{column}` that names the data set of each row: {}", listed(known))
                }
                Unpaired::Unknown { close: Some(close), .. } => format!("is `{close}` meant?"),
                Unpaired::Unknown { data, .. } => {
                    format!(
                        "predict for rows of `{data}`, or name the file of the rows that were predicted by `--data FILE`"
                    )
                }
                Unpaired::Twice { .. } => "leave one of the two out".into(),
                Unpaired::NoRow { column, .. } => {
                    format!("`{column}` is the number of the row in the data, counted from 1")
                }
                Unpaired::OrderOfWhat { key, .. } => format!(
                    "add the column `{key}`, or say which rows these are in the order of the data: `--part test`"
                ),
                Unpaired::OtherCount { key, .. } => {
                    format!("answer each of these rows once, or add the column `{key}`, which tells the rows apart")
                }
                Unpaired::Unanswered { .. } => {
                    "answer these too; or judge the rows that are answered and no others with `--incomplete`".into()
                }
            },
        };
        Some(help)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Unreadable(problems) => {
                f.write_str(problems.first().map_or("the predictions cannot be read", |first| first.message.as_str()))
            }
            Unfit::Empty { file } => write!(f, "`{file}` has no rows: there is nothing to judge"),
            Unfit::NoTask { file, .. } => write!(f, "`{file}` answers no task: there is nothing to judge"),
            Unfit::Cell { place, column, why } => write!(f, "{place}: `{column}` {why}"),
            Unfit::Unpaired { file, why } => why.write(file, f),
        }
    }
}

impl std::error::Error for Unfit {}

impl Unpaired {
    fn write(&self, file: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unpaired::OfNoDataSet { place, column, name, .. } => {
                write!(f, "{place}: `{column}` is `{name}`, and there is no such data set")
            }
            Unpaired::DataSetsUnsaid { known, .. } => {
                write!(f, "`{file}` does not say of which data set its rows are, and there are {}", known.len())
            }
            Unpaired::Unknown { place, what, data, more, count, .. } => {
                write!(f, "{place}: `{data}` has no row with {what}")?;
                let rest = count.saturating_sub(1 + more.len());
                match (more.is_empty(), rest) {
                    (true, _) => Ok(()),
                    (false, 0) => write!(f, " (and so {})", more.join(", ")),
                    (false, rest) => write!(f, " (and so {}, and {rest} more)", more.join(", ")),
                }
            }
            Unpaired::Twice { place, first, what } => write!(f, "{place}: {what} is answered already, in {first}"),
            Unpaired::NoRow { place, column, given, data, rows } => {
                write!(f, "{place}: `{column}` is {given}, and `{data}` has the rows 1 to {rows}")
            }
            Unpaired::OrderOfWhat { key, rows, sizes } => write!(
                f,
                "`{file}` has no column `{key}`, and nothing says which rows of the data its {} are {}",
                counted(*rows),
                sizes_in_words(sizes)
            ),
            Unpaired::OtherCount { key, rows, wanted, parts, sizes } => {
                let part = match parts.as_slice() {
                    [one] => format!("the {} part has", one.name()),
                    _ => "all parts together have".into(),
                };
                write!(
                    f,
                    "`{file}` has no column `{key}`, and its {} are not those of the data in order: {part} {wanted} {}",
                    counted(*rows),
                    sizes_in_words(sizes)
                )
            }
            Unpaired::Unanswered { data, part, missing, wanted, examples } => {
                let rest = missing.saturating_sub(examples.len());
                let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                write!(
                    f,
                    "`{file}` does not answer {missing} of the {wanted} labelled rows of the {} part of `{data}`: {}{more}",
                    part.name(),
                    examples.join(", ")
                )
            }
        }
    }
}

fn counted(rows: usize) -> String {
    format!("{rows} row{}", if rows == 1 { "" } else { "s" })
}

/// `(train 72, valid 24, test 24)`.
fn sizes_in_words(sizes: &[(Part, usize); 3]) -> String {
    let of = |(part, rows): &(Part, usize)| format!("{} {rows}", part.name());
    format!("({})", sizes.iter().map(of).collect::<Vec<_>>().join(", "))
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
