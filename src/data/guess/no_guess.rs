//! Why there is no first spec for a table.

use std::fmt;

/// To complete "cannot make a spec for FILE: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoGuess {
    /// The file cannot be read, or is no table, and why.
    Unreadable(String),
    /// A name of no column: one that is called nearly so, or some that there are.
    NoColumn {
        name: String,
        close: Option<String>,
        known: Vec<String>,
    },
    NoRows,
    /// No column can be a label; one of them for this reason.
    NoLabel(Option<(String, String)>),
    /// Fewer than two columns differ from row to row.
    TooFewColumns,
    /// A column that was asked for cannot be a task.
    NotATask(String, NotATask),
    /// All columns are tasks.
    NothingToRead,
}

/// Why a column cannot be a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotATask {
    /// By what it holds.
    Impossible(String),
    /// It was said to be the id.
    IsId,
    /// It was dropped.
    IsDropped,
}

/// What the modules that read say of a file.
impl From<String> for NoGuess {
    fn from(reason: String) -> Self {
        NoGuess::Unreadable(reason)
    }
}

impl fmt::Display for NoGuess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoGuess::Unreadable(reason) => f.write_str(reason),
            NoGuess::NoColumn { name, close: Some(close), .. } => {
                write!(f, "it has no column `{name}`; did you mean `{close}`?")
            }
            NoGuess::NoColumn { name, close: None, known } => {
                write!(f, "it has no column `{name}`; it has {}", known.join(", "))
            }
            NoGuess::NoRows => f.write_str("it has a header and no rows"),
            NoGuess::NoLabel(Some((column, why))) => {
                write!(f, "no column can be a label: `{column}` is not read ({why}), and the others are no better")
            }
            NoGuess::NoLabel(None) => f.write_str(
                "no column can be a label: a label is a category of at least two classes, a set of labels, or numbers that differ",
            ),
            NoGuess::TooFewColumns => f.write_str(
                "it needs at least two columns that differ from row to row: one to learn, one to learn it from",
            ),
            NoGuess::NotATask(column, NotATask::Impossible(why)) => write!(f, "`{column}` cannot be a task: {why}"),
            NoGuess::NotATask(column, NotATask::IsId) => write!(f, "`{column}` cannot be a task and the id"),
            NoGuess::NotATask(column, NotATask::IsDropped) => write!(f, "`{column}` cannot be a task and dropped"),
            NoGuess::NothingToRead => f.write_str("no column is left to learn these tasks from"),
        }
    }
}

impl std::error::Error for NoGuess {}
