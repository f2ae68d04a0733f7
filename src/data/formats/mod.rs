//! The other half of `catalog/formats/`: from the bytes of a file to a table.

pub mod array;
mod delimiter;
mod filling;
mod header;
pub mod separated;
mod words;

use super::bytes::Content;
use super::table::Table;
use crate::catalog::formats::FormatDef;
use crate::check::pipeline::DataSet;
use crate::diag::Diagnostic;

/// What is asked of a file.
pub struct Request<'a> {
    pub set: &'a DataSet,
    /// The file as the spec or the command line names it.
    pub name: &'a str,
    /// Per declared column: whether the file must have it.
    pub needed: &'a [bool],
    /// Per declared column: whether it is read if the file has it.
    pub wanted: &'a [bool],
    /// Which rows of a declared column anybody reads; `None` if all are.
    pub read: &'a dyn Fn(usize, &Table) -> Option<Vec<bool>>,
}

pub trait FormatHalf {
    /// Reads a file; every problem of it otherwise.
    fn read(&self, content: &Content, request: &Request<'_>) -> Result<Table, Vec<Diagnostic>>;
}

/// One list; a format without its half here does not compile.
macro_rules! halves {
    ($($module:ident :: $entry:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// The half of a format that knows data.
        pub fn half(format: &FormatDef) -> &dyn FormatHalf {
            match format { $(FormatDef::$entry(entry) => entry),* }
        }
    };
}

halves! {
    csv::Csv,
    npz::Npz,
    tsv::Tsv,
}
