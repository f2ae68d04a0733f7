//! From text to the syntax tree: the grammar's only reader.
//!
//! A text goes through three steps. [`scan`] finds tokens, comments and brackets, and cuts the file into declarations;
//! the pest grammar (`grammar/mtl.pest`) reads each of them; `build` makes the tree and `explain` finds words for what
//! could not be read. Every step goes on after a problem, and a problem loses only the smallest thing around it.

pub mod tree;
mod brackets;
mod build;
mod docs;
mod explain;
mod grammar;
mod keyword;
mod lexer;
mod mistaken;
mod moved;
mod pieces;
mod report;
pub mod scan;
pub mod token;
mod words;

pub use pieces::Pieces;
pub use words::{KEYWORDS, PART_WORDS, is_name, keyword};

use crate::diag::Sink;
use crate::source::FileId;
use build::Builder;
use report::Report;

/// A file with so many problems has not been read to its end.
pub const MOST_PROBLEMS: usize = report::LIMIT;

/// Parses a whole file. Never panics and never stops at the first problem: what could not be read is reported and left
/// out of the tree, or stands in it as [`tree::ExprKind::Broken`].
pub fn parse(file: FileId, text: &str, sink: &mut Sink) -> tree::File {
    let mut report = Report::new(file, sink);
    let scan = scan::scan(text, &mut report);
    Builder::new(text, &scan, report, None).file()
}

/// The same of a file that may have been read before, by its name: what stands in it as it did is not read again.
pub fn parse_again((file, name): (FileId, &str), text: &str, sink: &mut Sink, pieces: &mut Pieces) -> tree::File {
    let mut report = Report::new(file, sink);
    let scan = scan::scan(text, &mut report);
    Builder::new(text, &scan, report, Some(pieces.reading(name))).file()
}

/// Parses a single expression, as given to `--set name=value`. `None` if there is none or it has a mistake.
pub fn parse_expr(file: FileId, text: &str, sink: &mut Sink) -> Option<tree::Expr> {
    let mut report = Report::new(file, sink);
    let scan = scan::scan(text, &mut report);
    Builder::new(text, &scan, report, None).lone_expression()
}
