//! The other half of `catalog/formats/`: from a file to chunks of Arrow columns, which [`reading`] fills a table from.
//!
//! A format knows how its files are made, and nothing of kinds, splits or tasks: it names the columns, finds those that are
//! asked for and gives them some rows at a time, never the whole file.

pub mod archive;
pub mod array;
mod at_place;
mod batches;
mod blocks;
mod cutter;
mod delimiter;
mod entries;
mod filling;
mod flat_objects;
mod footer;
pub(super) mod guarded;
mod header;
mod hashes;
mod inline;
pub mod items;
mod key;
mod listed;
mod missing;
mod objects;
mod pages;
mod part;
mod paths;
mod reading;
mod record_ends;
pub mod records;
pub mod separated;
mod thrift;
mod words;
mod written;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};

use super::kinds::Spelling;
use super::notes::RowNote;
use super::problems::Places;
use super::source::Source;
use super::table::{RowHash, Table, Unit};
use crate::catalog::formats::FormatDef;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::DataSet;

pub use filling::skipped_cells;
pub use hashes::{first_half, half_of_sha256, mixed};
pub use key::Key;
pub use part::{Part, Parts};
pub use reading::read;
pub use written::Written;

/// What is asked of a file.
pub struct Request<'a> {
    pub set: &'a DataSet,
    /// The file as the spec or the command line names it.
    pub name: &'a str,
    /// Where paths begin that its cells hold.
    pub base: &'a Path,
    /// Per declared column: whether the file must have it.
    pub needed: &'a [bool],
    /// Per declared column: whether it is read if the file has it.
    pub wanted: &'a [bool],
    /// Whether a row is known by all that it holds, so that the columns that nobody declares count too.
    pub whole: bool,
    /// The column that rows are known by. Of a row that has a value there, all that it holds need not be hashed.
    pub key: Option<&'a Key>,
    /// Whether no cell may name a file of this machine: pictures are given as they are.
    pub closed: bool,
    /// Whether the hash of the file is asked for.
    pub hashed: bool,
    /// How many bytes of columns may lie in memory; more lie on disk.
    pub memory: usize,
    /// Which rows of a declared column anybody reads; `None` if all are.
    pub read: &'a dyn Fn(usize, &Table) -> Option<Vec<bool>>,
}

impl Request<'_> {
    /// A file that cannot be read, and why.
    pub fn unreadable(&self, reason: &str) -> Diagnostic {
        let message = format!("cannot read `{}`: {reason}", self.name);
        Diagnostic::new(&codes::UNREADABLE_DATA, self.set.path_span, message).here("this file")
    }

    /// The declared columns that are read, as the file names them.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.set.columns.iter().zip(self.wanted).filter(|(_, wanted)| **wanted).map(|(column, _)| column.source.trim())
    }

    /// Whether a column of the file is declared, itself or a part of it.
    pub fn declares(&self, name: &str) -> bool {
        let part = |source: &str| source.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        self.set.columns.iter().any(|column| column.source.trim() == name || part(column.source.trim()))
    }
}

pub trait FormatHalf: Sync {
    /// Opens a file: what it is made of, and the way to its rows. Every problem of it otherwise.
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>>;

    /// Whether a file that nothing is known of is one of this format, by how it begins and ends.
    fn recognizes(&self, _source: &Source, _ends: &[u8]) -> bool {
        false
    }
}

/// Whether a file has a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    No,
    /// At a place that [`Chunks::ask`] takes.
    At(usize),
    /// At two places, counted from 0.
    Twice(usize, usize),
}

/// An opened file, some rows at a time.
pub trait Chunks: Send {
    /// The columns of the file as messages list them, as far as they are known.
    fn header(&self) -> Vec<String>;

    /// The columns that can be read, those inside groups by their paths.
    fn columns(&self) -> Vec<String> {
        self.header()
    }

    /// Where a column is; it may be called by a path, `meta.price`.
    fn find(&self, source: &str) -> Found;

    /// Why the column at a place can be no column; to complete "`FILE`: `x` …".
    fn refusal(&self, _place: usize) -> Option<String> {
        None
    }

    /// The shape of every value of the column at a place, if all have one.
    fn shape(&self, _place: usize) -> Option<Vec<usize>> {
        None
    }

    /// Says which columns are read: what follows gives one array for each of them, in this order.
    fn ask(&mut self, places: &[usize]);

    /// Says which of the columns that are read may be given as [`Written`] numbers, if that is how the file has them.
    fn take_written(&mut self, _numbers: &[bool]) {}

    /// The next rows, as far as they must be read one after the other; `None` behind the last. What it says after an error is nothing.
    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>>;

    /// After the last chunk: what is wrong with rows that were left out.
    fn left_out(&self, _ragged: &Places) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// After the last chunk: the columns that were asked for and that no row has.
    fn absent(&self, _place: usize) -> bool {
        false
    }

    /// After the last chunk: the names of the columns that nobody declares, sorted.
    fn undeclared(&self) -> Vec<String>;

    /// What is to be told of it, and is no error.
    fn told(&self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// How its cells are written, where they are text.
    fn spelling(&self) -> Spelling {
        Spelling::PLAIN
    }

    /// What a row is counted by.
    fn unit(&self) -> Unit {
        Unit::Row
    }

    /// Says more of cells that are wrong in the first row, if there is more to say.
    fn advice_on_first_row(&self) -> Option<String> {
        None
    }
}

/// Rows that have been read and are still to be taken apart, which any thread may do, whatever becomes of those before them.
pub type Raw = Box<dyn FnOnce() -> Result<Chunk, Vec<Diagnostic>> + Send>;

/// Some rows.
#[derive(Default)]
pub struct Chunk {
    pub rows: usize,
    /// One for each column that was asked for.
    pub columns: Vec<Filled>,
    /// The line at which each row begins, if there are lines.
    pub lines: Vec<u32>,
    /// What each row holds, whatever is declared, in whatever order the columns stand; zeros of rows that are known by their key, and
    /// nothing at all if all are.
    pub content: Vec<RowHash>,
    /// What each row holds in columns that nobody declares; nothing if nobody asks.
    pub undeclared: Vec<u64>,
    /// What is said of each row beside its columns; nothing if there is nothing to say.
    pub notes: Arc<[RowNote]>,
    /// Rows that were left out, since they have not the values of a row.
    pub ragged: Places,
}

/// What some rows hold in a column.
#[derive(Clone)]
pub enum Filled {
    Array(ArrayRef),
    /// Rows that may be kept as they are.
    Part(Part),
    Written(Written),
}

impl Filled {
    /// Some rows of an array.
    fn rows_of(array: &ArrayRef, rows: Range<usize>) -> Self {
        match Part::of(array, rows.clone()) {
            Some(part) => Filled::Part(part),
            None => Filled::Array(array.slice(rows.start, rows.len())),
        }
    }

    /// The array, if it is one.
    pub fn array(&self) -> Option<ArrayRef> {
        match self {
            Filled::Array(array) => Some(array.clone()),
            Filled::Part(part) => Some(part.array()),
            Filled::Written(_) => None,
        }
    }

    /// How many bytes it has.
    fn bytes(&self) -> usize {
        match (self, self.array()) {
            (Filled::Written(written), _) => written.bytes(),
            (_, array) => array.and_then(|array| array.to_data().get_slice_memory_size().ok()).unwrap_or(0),
        }
    }
}

/// So many rows are given at once, where the format can give any number.
pub const CHUNK_ROWS: usize = 8192;

crate::mirror! {
    /// The half of a format that knows data.
    pub fn half(FormatDef) -> dyn FormatHalf {
        arrow::Arrow,
        coco::Coco,
        conll::Conll,
        csv::Csv,
        folder::Folder,
        jsonl::Jsonl,
        npz::Npz,
        parquet::Parquet,
        tsv::Tsv,
        voc::Voc,
        yolo::Yolo,
    }
}
